import { Agent, createServer, request as call } from 'node:http';
import process from 'node:process';
import { URL } from 'node:url';

/** Any proxy costs at least this: bytes go through as they are. */
const backend = new URL(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: 4096 });

const server = createServer((request, response) => {
  const headers = { ...request.headers, host: backend.host };
  const forward = call(backend, { method: 'POST', agent, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  forward.on('error', () => response.destroy());
  request.pipe(forward);
  response.on('close', () => forward.destroy());
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', 4096, () => {
  process.stdout.write(`{"url":"http://127.0.0.1:${server.address().port}/v1/chat/completions"}\n`);
});
process.once('SIGTERM', () => process.exit(0));
