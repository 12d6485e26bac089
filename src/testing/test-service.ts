import assert from 'node:assert/strict';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../app.factory.js';
import type { ResponseEvent } from '../contracts/responses/events.js';
import type { ResponseResource } from '../contracts/responses/response.js';
import { ChatChunks } from '../demo/chat-chunks.js';
import {
  ScriptedChatServer,
  type ReceivedRequest,
  type Script,
} from '../demo/scripted-chat-server.js';
import type { ProxyPlugin } from '../plugins/plugin.js';
import { assertSame } from './assert-same.js';
import { eventViolations } from './event-invariants.js';
import { parseEventStream } from './sse-text.js';

export const testChunks = new ChatChunks('demo');

/** Gives the chunks of an answer that says these pieces of text. */
export function textAnswer(...pieces: readonly string[]): unknown[] {
  const texts = pieces.map((piece) => testChunks.text(piece));
  return [testChunks.role(), ...texts, testChunks.finish('stop')];
}

/** Gives the chunks of an answer that calls a function, its arguments in these pieces. */
export function callAnswer(name: string, ...pieces: readonly string[]): unknown[] {
  const start = testChunks.callStart(0, { id: 'call_1', name });
  const fragments = pieces.map((piece) => testChunks.callArguments(0, piece));
  return [testChunks.role(), start, ...fragments, testChunks.finish('tool_calls')];
}

export interface TestServiceOptions {
  plugins?: readonly ProxyPlugin[];
  /** They have the names of docs/configuration.md. */
  settings?: Readonly<Record<string, string>>;
  /** These headers go with every request. */
  headers?: Readonly<Record<string, string>>;
}

/** The whole service on a free port of 127.0.0.1, with a backend that says what it is told, and `Hello.` otherwise. */
export class TestService {
  private readonly answers: (readonly unknown[])[] = [];
  private app!: NestFastifyApplication;
  private backend!: ScriptedChatServer;
  private address = '';

  private constructor(private readonly headers: Readonly<Record<string, string>>) {}

  static async start({
    plugins = [],
    settings = {},
    headers = {},
  }: TestServiceOptions = {}): Promise<TestService> {
    const service = new TestService(headers);
    service.backend = await ScriptedChatServer.start((request) => service.answer(request), {
      keepRequests: true,
    });
    try {
      const environment = {
        BACKEND_URL: service.backend.chatUrl,
        LOG_LEVEL: 'silent',
        SHUTDOWN_GRACE_SECS: '1',
        BACKEND_RETRIES: '0',
        ENABLE_CIRCUIT_BREAKER: 'false',
        ...settings,
      };
      service.app = await createApp({ environment, plugins });
      await service.app.listen(0, '127.0.0.1');
      service.address = await service.app.getUrl();
    } catch (error) {
      await service.backend.close();
      throw error;
    }
    return service;
  }

  /** Runs `use` with a service, which is closed after it. */
  static async with(
    options: TestServiceOptions,
    use: (service: TestService) => Promise<void>,
  ): Promise<void> {
    const service = await TestService.start(options);
    try {
      await use(service);
    } finally {
      await service.close();
    }
  }

  /** Has no slash at its end, and no `/v1`. */
  get url(): string {
    return this.address;
  }

  /** Gives the bodies of the chat requests that came to the backend. */
  get asked(): readonly Record<string, unknown>[] {
    return this.backend.requests
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => body as Record<string, unknown>);
  }

  /** Gives the headers of the last chat request. */
  get lastHeaders(): Readonly<Record<string, unknown>> {
    return this.backend.requests.findLast(({ method }) => method === 'POST')?.headers ?? {};
  }

  /** The backend gives these answers, each a list of chunks, to the next requests. */
  enqueue(...answers: readonly (readonly unknown[])[]): void {
    this.answers.push(...answers);
  }

  post(body: object, options: { headers?: object; signal?: AbortSignal } = {}): Promise<Response> {
    return fetch(`${this.address}/v1/responses`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer sk-of-a-test-0123456789',
        ...this.headers,
        ...options.headers,
      },
      body: JSON.stringify({ model: 'demo', input: 'Hi', ...body }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }

  /** Rejects with an AssertionError where the answer is an error. */
  async create(body: object = {}): Promise<ResponseResource> {
    const reply = await this.post(body);
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    return JSON.parse(text) as ResponseResource;
  }

  /** Gives the events of a streamed answer. Rejects with an AssertionError where they break a rule of event streams. */
  async stream(body: object = {}): Promise<ResponseEvent[]> {
    const reply = await this.post({ ...body, stream: true });
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    const events = parseEventStream(text);
    assertSame(eventViolations(events), []);
    return events;
  }

  /** Asks for an answer as a stream, and leaves when it begins. */
  async leave(body: object = {}): Promise<void> {
    const leaving = new AbortController();
    const reply = await this.post({ ...body, stream: true }, { signal: leaving.signal });
    leaving.abort();
    await reply.text().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.backend.close();
  }

  private answer({ method }: ReceivedRequest): Script {
    if (method !== 'POST') return { status: 404, steps: [] };
    const chunks = this.answers.shift() ?? textAnswer('Hello.');
    return { steps: [...chunks.map((data) => ({ data })), { write: 'data: [DONE]\n\n' }] };
  }
}

/** Gives the Response that the events end with. */
export function responseOf(events: readonly ResponseEvent[]): ResponseResource {
  const last = events.at(-1);
  assert.ok(last !== undefined && 'response' in last, 'The events have no end.');
  return last.response;
}

/** Gives the output without its ids, which differ from response to response. */
export function withoutIds({ output }: ResponseResource): unknown[] {
  return output.map((item) => ({ ...item, id: '', ...('call_id' in item ? { call_id: '' } : {}) }));
}
