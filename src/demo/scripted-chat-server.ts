import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJson } from '../common/json.js';

/** The server does one such thing after the other while it answers. */
export type ScriptStep =
  /** Writes bytes as they are. */
  | { write: string | Uint8Array }
  /** Writes one event: `data: JSON` and a blank line. */
  | { data: unknown }
  | { waitMs: number }
  /** Goes on when the promise has settled. */
  | { until: Promise<unknown> }
  /** Destroys the socket. */
  | { cut: true }
  /** Sends nothing more, and does not end either. */
  | { stall: true };

export interface Script {
  status?: number;
  headers?: Record<string, string>;
  /** Waits so long before the status line. */
  delayMs?: number;
  steps: Iterable<ScriptStep>;
  /** Cuts every write into pieces of so many bytes. */
  splitBytes?: number;
}

/** Holds a request as the server got it. */
export interface ReceivedRequest {
  method: string;
  /** Has the query, too. */
  path: string;
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
  /** Holds the parsed JSON, or undefined. */
  body: unknown;
  /** The operating system has taken so many bytes of the answer. */
  sentBytes: number;
  /** The connection closed at this time, in milliseconds since the epoch, before the answer had ended. */
  abortedAt: number | undefined;
  /** Aborts when the answer is over. */
  over: AbortSignal;
  /** Resolves when the answer is over, whoever ended it. */
  closed: Promise<void>;
}

export type Responder = (request: ReceivedRequest) => Script;

const maxBodyBytes = 64 * 1024 * 1024;

/** Does on 127.0.0.1 what its scripts say, as a Chat Completions server: the demo's backend, and the tests'. */
export class ScriptedChatServer {
  readonly requests: ReceivedRequest[] = [];

  private constructor(
    private readonly server: Server,
    private readonly responder: Responder,
    private readonly keepRequests: boolean,
  ) {}

  /** Starts the server. `keepRequests` remembers every request in `requests`, which is for tests; a demo runs for days. */
  static async start(
    responder: Responder,
    options: { port?: number; keepRequests?: boolean } = {},
  ): Promise<ScriptedChatServer> {
    const server = createServer();
    const scripted = new ScriptedChatServer(server, responder, options.keepRequests ?? false);
    server.on('request', (request, response) => {
      // It rejects when the client has left.
      scripted.handle(request, response).catch(() => response.destroy());
    });
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    return scripted;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** BACKEND_URL should be this. */
  get chatUrl(): string {
    return `${this.origin}/v1/chat/completions`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const rawBody = await readBody(message);
    const over = new AbortController();
    const request: ReceivedRequest = {
      method: message.method ?? '',
      path: message.url ?? '',
      headers: message.headers,
      rawBody,
      body: parseJson(rawBody.toString()),
      sentBytes: 0,
      abortedAt: undefined,
      over: over.signal,
      closed: once(response, 'close').then(() => {
        if (!response.writableFinished) request.abortedAt = Date.now();
        over.abort();
      }),
    };
    if (this.keepRequests) this.requests.push(request);
    await play(this.responder(request), request, response);
  }
}

async function play(script: Script, request: ReceivedRequest, response: ServerResponse) {
  if (script.delayMs !== undefined) await pause(script.delayMs, request);
  request.over.throwIfAborted();
  response.writeHead(script.status ?? 200, {
    'content-type': 'text/event-stream',
    ...script.headers,
  });
  response.flushHeaders();
  for (const step of script.steps) {
    request.over.throwIfAborted();
    if ('cut' in step) {
      response.destroy();
      return;
    }
    if ('stall' in step) return;
    if ('waitMs' in step) await pause(step.waitMs, request);
    else if ('until' in step) await Promise.race([step.until, request.closed]);
    else await write(bytesOf(step), script.splitBytes, request, response);
  }
  response.end();
}

async function pause(milliseconds: number, { over }: ReceivedRequest): Promise<void> {
  await sleep(milliseconds, undefined, { signal: over });
}

async function write(
  bytes: Uint8Array,
  splitBytes: number | undefined,
  request: ReceivedRequest,
  response: ServerResponse,
): Promise<void> {
  const size = splitBytes ?? bytes.length;
  for (let start = 0; start < bytes.length; start += size) {
    request.over.throwIfAborted();
    const piece = bytes.subarray(start, start + size);
    const more = response.write(piece, () => {
      request.sentBytes += piece.length;
    });
    if (!more) await Promise.race([once(response, 'drain'), request.closed]);
  }
}

function bytesOf(step: { write: string | Uint8Array } | { data: unknown }): Uint8Array {
  if ('data' in step) return Buffer.from(`data: ${JSON.stringify(step.data)}\n\n`);
  return typeof step.write === 'string' ? Buffer.from(step.write) : step.write;
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBodyBytes) throw new Error('The body is too large.');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
