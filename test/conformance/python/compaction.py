"""A pydantic-ai agent that is compacted before its last question, in both ways. Prints its last answers, one JSON list."""

import json
import sys

from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAICompaction, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

base_url, api_key = sys.argv[1:3]
model = OpenAIResponsesModel('demo', provider=OpenAIProvider(base_url=base_url, api_key=api_key))


def last_answer(compaction: OpenAICompaction) -> str:
    agent = Agent(model, capabilities=[compaction])

    @agent.tool_plain
    def read_note() -> str:
        """Reads the note."""
        return 'The code is VIOLET-7. ' + 'The rest of the note does not matter. ' * 150

    history = []
    for question in ('Read the note.', 'Thank you.', 'Which code was it?'):
        run = agent.run_sync(question, message_history=history)
        history = run.all_messages()
    return run.output


by_service = OpenAICompaction(token_threshold=1_000)
by_client = OpenAICompaction(message_count_threshold=4)
print(json.dumps([last_answer(by_service), last_answer(by_client)]))
