"""A file, uploaded, listed, read, named in a request and deleted. Prints what became of it, one JSON object."""

import io
import json
import sys

from openai import NotFoundError, OpenAI

base_url, api_key = sys.argv[1:3]
client = OpenAI(base_url=base_url, api_key=api_key, max_retries=0)
text = 'Grüße, 世界. ' * 50_000

file = client.files.create(
    file=('note größe.md', io.BytesIO(text.encode())),
    purpose='user_data',
    expires_after={'anchor': 'created_at', 'seconds': 3600},
)
told = {
    'id': file.id,
    'bytes': file.bytes == len(text.encode()),
    'lives': file.expires_at - file.created_at,
    'filename': file.filename,
    'listed': [one.id for one in client.files.list(purpose='user_data', limit=1)],
    'same': client.files.retrieve(file.id) == file,
    'content': client.files.content(file.id).read() == text.encode(),
    'processed': client.files.wait_for_processing(file.id).status,
}
with client.files.with_streaming_response.content(file.id) as reply:
    told['streamed'] = sum(len(part) for part in reply.iter_bytes()) == file.bytes
part = {'type': 'input_file', 'file_id': file.id}
response = client.responses.create(model='demo', input=[{'role': 'user', 'content': [part]}])
told['answer'] = response.output_text
told['deleted'] = client.files.delete(file.id).deleted
try:
    client.files.retrieve(file.id)
except NotFoundError as error:
    told['gone'] = [error.status_code, error.code, error.param]
print(json.dumps(told))
