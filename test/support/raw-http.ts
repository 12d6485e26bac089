import { connect } from 'node:net';

export interface RawAnswer {
  /** Holds status line and headers. */
  head: string;
  /** Holds the body as the server wrote it: each element is one chunk of the transfer encoding, so one write. */
  writes: string[];
}

export interface RawRequest {
  body: unknown;
  headers?: Record<string, string>;
}

/** Makes the text of a POST that is to be written to a socket. */
export function rawPost(url: URL, { body, headers = {} }: RawRequest): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    Host: url.host,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(text)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${url.pathname} HTTP/1.1\r\n${lines.join('')}\r\n${text}`;
}

/** Posts over a bare socket, so that no client hides what was on the wire. */
export async function postRaw(address: string, request: RawRequest): Promise<RawAnswer> {
  const url = new URL(address);
  const socket = connect(Number(url.port), url.hostname);
  socket.write(rawPost(url, { ...request, headers: { ...request.headers, Connection: 'close' } }));
  const parts: Buffer[] = [];
  for await (const part of socket as AsyncIterable<Buffer>) parts.push(part);
  return readAnswer(Buffer.concat(parts));
}

/** Reads a whole answer in chunked transfer encoding. Throws when it is cut. */
export function readAnswer(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  return { head: bytes.subarray(0, end).toString(), writes: readChunks(bytes.subarray(end + 4)) };
}

function readChunks(body: Buffer): string[] {
  const writes: string[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, lineEnd).toString(), 16);
    if (lineEnd < 0 || Number.isNaN(size)) throw new Error('The chunked body is cut.');
    if (size === 0) return writes;
    writes.push(body.subarray(lineEnd + 2, lineEnd + 2 + size).toString());
    at = lineEnd + 2 + size + 2;
  }
}
