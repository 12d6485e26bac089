import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';
import { chunkFrame, lastFrames, wholeAnswer } from '../support/script.mjs';

/** The scripted Chat Completions backend. Answers are made once, so that it costs next to nothing. */
const bursts = new Map();
const wholes = new Map();

function remembered(cache, count, make) {
  if (!cache.has(count)) cache.set(count, Buffer.from(make(count)));
  return cache.get(count);
}

function burst(count) {
  return Array.from({ length: count }, (_, index) => chunkFrame(index)).join('') + lastFrames;
}

const streamHead = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

function sendSlowly(response, count, delayMs) {
  let sent = 0;
  response.writeHead(200, streamHead).write(chunkFrame(sent++));
  const timer = setInterval(() => {
    if (sent < count) response.write(chunkFrame(sent++));
    else response.end(lastFrames);
  }, delayMs);
  response.on('close', () => {
    clearInterval(timer);
  });
}

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    const at = body.indexOf('"model":"') + 9;
    const [script, count, delay] = body.toString('latin1', at, body.indexOf('"', at)).split('-');
    if (script === 'slow') sendSlowly(response, Number(count), Number(delay));
    else if (script !== 'chunks') response.writeHead(404).end('{"error":{"message":"No script."}}');
    else if (body.includes('"stream":true')) {
      response.writeHead(200, streamHead).end(remembered(bursts, Number(count), burst));
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(remembered(wholes, Number(count), wholeAnswer));
    }
  });
});
server.keepAliveTimeout = 120_000;
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', 4096, () => {
  const url = `http://127.0.0.1:${server.address().port}/v1/chat/completions`;
  process.stdout.write(`${JSON.stringify({ url })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
