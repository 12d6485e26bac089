/**
 * Plays a backend whose answers are as long as the request's `max_tokens` says, in thousands of characters, and come as fast as
 * they are taken. It is a process of its own, so that the service is measured without it.
 */
import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import process from 'node:process';

const piece = 'x'.repeat(16_000);
const frame = (delta, reason = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
const text = frame({ content: piece });

/** Resolves when there is room for more, or the client has left. */
function taken(response) {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

let calls = 0;
async function answer(request, response) {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json');
    response.end(request.url === '/calls' ? String(calls) : '{"object":"list","data":[]}');
    return;
  }
  const parts = [];
  for await (const part of request) parts.push(part);
  calls += 1;
  const body = JSON.parse(Buffer.concat(parts).toString());
  const thousands = body.max_completion_tokens ?? body.max_tokens ?? 1;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let sent = 0; sent < thousands * 1000 && !response.destroyed; sent += piece.length) {
    if (!response.write(text)) await taken(response);
  }
  response.end(`${frame({}, 'stop')}data: [DONE]\n\n`);
}

const server = createServer((request, response) => {
  // It rejects when the service has left.
  answer(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  process.send({ port: server.address().port });
});
