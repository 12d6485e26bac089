import type { Socket } from 'node:net';
import { startSocketBackend } from '../../support/scripted-backend.js';
import type { RawAnswer } from './raw-answers.js';

/** A socket that does not end well ends in one of these ways. */
export type Ending = 'whole' | 'cut' | 'stall';

export interface RawReply extends RawAnswer {
  status?: number;
  ending?: Ending;
  /** Stands in place of the transfer encoding; it is a lie when it is not the body's length. */
  contentLength?: number;
}

/**
 * Starts a backend that is a bare socket, since no HTTP library then tidies up what it writes. Which reply a call gets, its
 * `model` says; model lists are refused.
 */
export async function startRawBackend(
  replies: ReadonlyMap<string, RawReply>,
): Promise<{ url: string; close: () => Promise<void> }> {
  return startSocketBackend((socket) => {
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      const model = readModel(received);
      if (model === undefined) return;
      received = '';
      const reply = replies.get(model);
      if (reply === undefined) socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
      else void write(socket, reply);
    });
  });
}

/** Reads the model that the request in the text asks for, once the text is whole; '' stands for one without a body. */
function readModel(text: string): string | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
  if (text.length < end + 4 + length) return undefined;
  if (length === 0) return '';
  return (JSON.parse(text.slice(end + 4, end + 4 + length)) as { model: string }).model;
}

async function write(socket: Socket, reply: RawReply): Promise<void> {
  const { status = 200, headers, pieces, ending = 'whole', contentLength } = reply;
  socket.setNoDelay(true);
  const framing =
    contentLength === undefined
      ? { 'transfer-encoding': 'chunked' }
      : { 'content-length': String(contentLength) };
  const lines = Object.entries({ ...headers, ...framing }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write(`HTTP/1.1 ${status} Whatever\r\n${lines.join('\r\n')}\r\n\r\n`);
  for (const piece of pieces) {
    if (contentLength === undefined) socket.write(`${piece.length.toString(16)}\r\n`);
    const more = socket.write(piece);
    if (contentLength === undefined) socket.write('\r\n');
    if (!more) await new Promise((resolve) => socket.once('drain', resolve));
  }
  if (ending === 'cut') socket.end();
  else if (ending === 'whole' && contentLength === undefined) socket.write('0\r\n\r\n');
  else if (ending === 'whole') socket.end();
}
