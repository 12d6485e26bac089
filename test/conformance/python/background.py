"""A background response, followed from its start and after each of its events. Prints the numbers of the events, one JSON list of lists."""

import json
import sys

from openai import OpenAI

base_url, api_key = sys.argv[1:3]
client = OpenAI(base_url=base_url, api_key=api_key, max_retries=0)

with client.responses.create(model='demo', input='Hi', background=True, stream=True) as stream:
    events = list(stream)
response_id = events[0].response.id
numbers = [[event.sequence_number for event in events]]
for event in events:
    after = event.sequence_number
    with client.responses.retrieve(response_id, stream=True, starting_after=after) as replay:
        numbers.append([later.sequence_number for later in replay])
print(json.dumps(numbers))
