import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';
import {
  chunkFrame,
  lastFrames,
  responsesStream,
  stampedFrame,
  wholeAnswer,
} from '../support/script.mjs';

/** This is the scripted backend: it speaks Chat Completions, and streams `chunks-<n>` at `/v1/responses`, too. Answers are made once, so that it costs next to nothing. */
const bursts = new Map();
const wholes = new Map();
const responses = new Map();

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

/** The streams of one pace speak in so many steps, so that they do not all speak at once. */
const phases = 20;

/** Drives all streams of one pace: one timer for all, and one buffer for all that speak at the same time. */
class Pace {
  groups = Array.from({ length: phases }, () => new Set());
  joined = 0;
  turn = 0;

  constructor(delayMs) {
    this.stepMs = delayMs / phases;
    this.nextAt = performance.now();
    setInterval(() => this.step(), Math.max(1, Math.floor(this.stepMs)));
  }

  join(stream) {
    const group = this.groups[this.joined++ % phases];
    group.add(stream);
    stream.response.on('close', () => group.delete(stream));
  }

  step() {
    const now = performance.now();
    // Where it is behind by more than a round, it does not try to catch up.
    if (now - this.nextAt > phases * this.stepMs) this.nextAt = now;
    for (; this.nextAt <= now; this.nextAt += this.stepMs) {
      const group = this.groups[this.turn++ % phases];
      const frame = Buffer.from(stampedFrame());
      const piece = Buffer.concat([
        Buffer.from(`${frame.length.toString(16)}\r\n`),
        frame,
        Buffer.from('\r\n'),
      ]);
      for (const stream of group) speak(stream, piece, group);
    }
  }
}

function speak(stream, piece, group) {
  if (stream.left-- > 0) stream.response.socket?.write(piece);
  else {
    group.delete(stream);
    stream.response.end(lastFrames);
  }
}

const paces = new Map();

/** Each chunk's text is the time at which it was sent. */
function trickle(response, count, delayMs) {
  if (!paces.has(delayMs)) paces.set(delayMs, new Pace(delayMs));
  response.writeHead(200, streamHead).write(stampedFrame());
  paces.get(delayMs).join({ response, left: count - 1 });
}

const server = createServer({ noDelay: true }, (request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    const at = body.indexOf('"model":"') + 9;
    const [script, count, delay] = body.toString('latin1', at, body.indexOf('"', at)).split('-');
    if (script === 'slow') sendSlowly(response, Number(count), Number(delay));
    else if (script === 'trickle') trickle(response, Number(count), Number(delay));
    else if (script !== 'chunks') response.writeHead(404).end('{"error":{"message":"No script."}}');
    else if (request.url === '/v1/responses') {
      response
        .writeHead(200, streamHead)
        .end(remembered(responses, Number(count), responsesStream));
    } else if (body.includes('"stream":true')) {
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
