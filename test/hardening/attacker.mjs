/**
 * One client that takes nothing of what it asks for, except where it `reads`. Its plan comes as a message, `Plan` in
 * `attack.ts` with a key. Says `{ sent }` when all has been written, and goes on holding its connections until it is ended.
 */
import { once } from 'node:events';
import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { URL } from 'node:url';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { bodies } from './bodies.mjs';

const plan = (await once(process, 'message'))[0];
const url = new URL(plan.url);
const body = Buffer.from(plan.text ? bodies[plan.text]() : JSON.stringify(plan.body ?? {}));

const head = (method, lines) =>
  Buffer.from(
    [
      `${method} ${url.pathname}${url.search} HTTP/1.1`,
      `Host: ${url.host}`,
      `Authorization: Bearer ${plan.key}`,
    ]
      .concat(lines)
      .join('\r\n') + '\r\n\r\n',
  );
const post = (content, ...lines) =>
  Buffer.concat([head('POST', ['Content-Type: application/json', ...lines]), content]);
const lengthOf = (content) => `Content-Length: ${content.length}`;
const upgrade = head('GET', [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
]);

/** Makes a masked frame; the mask is zero. */
function frame(data, firstByte) {
  const header = Buffer.alloc(14);
  header[0] = firstByte;
  header[1] = 0x80 | 127;
  header.writeBigUInt64BE(BigInt(data.length), 2);
  return Buffer.concat([header, data]);
}

/** Each gives the bytes of one request or message. */
const forms = {
  'nothing but a path': () => head('GET', []),
  whole: () => post(body, lengthOf(body)),
  compressed: () => {
    const small = gzipSync(body);
    return post(small, lengthOf(small), 'Content-Encoding: gzip');
  },
  'one byte at a time': () => {
    const chunks = Buffer.alloc(6 * body.length, '1\r\n \r\n');
    for (let at = 0; at < body.length; at += 1) chunks[6 * at + 3] = body[at];
    return post(chunks, 'Transfer-Encoding: chunked');
  },
  message: () => frame(body, 0x81),
  // A frame that says it is not the last of its message.
  'unfinished message': () => frame(body, 0x01),
  'message in pieces': () =>
    Buffer.concat([
      frame(body.subarray(0, 1), 0x01),
      ...Array(100_000).fill(frame(body.subarray(1, 2), 0x00)),
    ]),
};
const form = plan.form ?? 'whole';
const request = forms[form]();
const isWebsocket = form.includes('message');

const started = [];
for (let number = 0; number < plan.connections; number += 1) {
  const socket = connect(Number(url.port), url.hostname);
  socket.on('error', () => undefined);
  if (plan.reads) socket.resume();
  else socket.pause();
  started.push(
    new Promise((resolve) => {
      socket.once('close', resolve);
      if (isWebsocket) socket.write(upgrade);
      for (let sent = 0; sent < plan.requests; sent += 1) socket.write(request);
      socket.write('', resolve);
    }),
  );
}
await Promise.race([Promise.all(started), sleep(3_000, undefined, { ref: false })]);
process.send({ sent: true });
