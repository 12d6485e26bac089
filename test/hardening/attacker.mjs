/**
 * Plays one client that takes nothing of what it asks for. Its plan comes as a message: `{ url, connections, requests, body, key,
 * websocket, messages }`. It says `{ sent }` when all has been written, and goes on holding its connections until it is ended.
 */
import { once } from 'node:events';
import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { URL } from 'node:url';
import { randomBytes } from 'node:crypto';

const plan = (await once(process, 'message'))[0];
const url = new URL(plan.url);
const body = JSON.stringify(plan.body);
const head = (method, lines) =>
  [`${method} ${url.pathname} HTTP/1.1`, `Host: ${url.host}`, `Authorization: Bearer ${plan.key}`]
    .concat(lines)
    .join('\r\n') + '\r\n\r\n';
const post = () =>
  head('POST', ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]) +
  body;
const upgrade = () =>
  head('GET', [
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ]);

/** Makes a masked text frame; the mask is zero. */
function frame(text) {
  const data = Buffer.from(text);
  const header = Buffer.alloc(14);
  header[0] = 0x81;
  header[1] = 0x80 | 127;
  header.writeBigUInt64BE(BigInt(data.length), 2);
  return Buffer.concat([header, data]);
}

const started = [];
for (let number = 0; number < plan.connections; number += 1) {
  const socket = connect(Number(url.port), url.hostname);
  socket.on('error', () => undefined);
  if (plan.reads) socket.resume();
  else socket.pause();
  started.push(
    new Promise((resolve) => {
      socket.once('close', resolve);
      if (plan.websocket) {
        socket.write(upgrade());
        const message = frame(body);
        for (let sent = 0; sent < plan.messages; sent += 1) socket.write(message);
      } else for (let sent = 0; sent < plan.requests; sent += 1) socket.write(post());
      socket.write('', resolve);
    }),
  );
}
await Promise.race([Promise.all(started), sleep(3_000, undefined, { ref: false })]);
process.send({ sent: true });
