import { request as send, type IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { backendParts } from '../../inspector/src/request/parts.js';
import type {
  ListAnswer,
  PrefixAnswer,
  RequestDetail,
  RequestSummary,
} from '../../src/inspector/views/contract.js';
import { isOverTwoHops, itOverOneHop } from '../support/over-hops.js';
import { readResponsesFixture } from '../support/responses-fixtures.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Asks the inspector's data; the page that shows it is tried in a browser (inspector-page.e2e-spec.ts). */

const KEY = 'inspector-key-0123456789';
const chunks = new ChatChunks('demo');
let service: Service;

afterEach(() => service.close());

const start = async (environment: Record<string, string> = {}): Promise<void> => {
  service = await startService({ INSPECTOR: 'true', LOG_LEVEL: 'debug', ...environment });
};
const url = (path: string): string => `${service.proxy.url}/inspector/api/${path}`;
const read = async <Answer>(path: string): Promise<Answer> =>
  (await (await fetch(url(path))).json()) as Answer;
const list = async (): Promise<readonly RequestSummary[]> =>
  (await read<ListAnswer>('requests')).requests;
const client = (): OpenAI =>
  new OpenAI({ baseURL: service.baseURL, apiKey: TEST_KEY, maxRetries: 0 });

/** Sends what `fetch` does not let one send: another Host, another connection. */
async function raw(
  path: string,
  headers: IncomingHttpHeaders,
): Promise<{ status: number; body: string }> {
  const { port } = new URL(service.proxy.url);
  return new Promise((resolve, reject) => {
    send({ host: '127.0.0.1', port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('the data of the inspector', () => {
  const tools = Array.from({ length: 20 }, (_none, index) => ({
    type: 'function' as const,
    name: `tool_${index}`,
    parameters: { type: 'object', properties: {} },
    strict: false,
  }));

  itOverOneHop(
    'shows a request on both sides, with its links, warnings, streams and dialect',
    async () => {
      await start();
      const response = await client().responses.create({
        model: 'demo',
        instructions: 'Be kind.',
        input: [
          { role: 'user', content: 'What time is it?' },
          { type: 'function_call', call_id: 'c1', name: 'tool_3', arguments: '{}' },
          { type: 'function_call_output', call_id: 'c1', output: 'nine' },
        ],
        tools: [...tools, { type: 'code_interpreter', container: { type: 'auto' } }],
        max_output_tokens: 500,
      });
      const [summary] = await list();
      expect(summary).toMatchObject({
        model: 'demo',
        status: 200,
        responseStatus: 'completed',
        backend: 'backend',
        isOver: true,
        outputTokens: response.usage?.output_tokens,
        warnings: { tool_dropped: 1 },
      });
      const detail = await read<RequestDetail>(`requests/${summary!.id}`);
      const [call] = detail.calls;
      expect(call!.request).toEqual(service.backend.lastCall.body);
      for (const [from, to] of [
        ['input[0]', 'messages[1]'],
        ['input[1]', 'messages[2].tool_calls[0]'],
        ['input[2]', 'messages[3]'],
        ['tools[19]', 'tools[19]'],
        ['max_output_tokens', 'max_tokens'],
      ])
        expect(call!.links).toContainEqual(expect.objectContaining({ from, to }));
      expect(detail.warnings).toEqual([
        expect.objectContaining({
          code: 'tool_dropped',
          param: 'tools[20].type',
          kind: 'loses',
          advice: expect.stringMatching(/^Offer .*\.$/),
        }),
      ]);
      expect(detail.response?.id).toBe(response.id);
      expect(detail.chunks.at(-1)?.part).toBe('[DONE]');
      expect(detail.events.map(({ part }) => part.type)).toContain('response.output_text.delta');
      const times = [...detail.chunks, ...detail.events].map(({ at }) => at);
      expect(times.every((at) => at >= 0)).toBe(true);
      expect(call!.dialect).toContainEqual(
        expect.objectContaining({ field: 'systemRole', setBy: 'default' }),
      );
      const lines = service.proxy
        .logs()
        .filter(({ path }) => String(path).startsWith('/inspector'));
      expect(lines.map(({ level }) => level)).toEqual(lines.map(() => 'DEBUG'));
    },
  );

  it('shows what became of a request for a backend that speaks Responses', async () => {
    await start({ BACKEND_API: 'responses', BACKEND_DIALECT: 'openai' });
    service.backend.enqueue(streamOf(...readResponsesFixture('done-in-place-of-completed')));
    await client().responses.create({
      model: 'demo',
      instructions: 'Be kind.',
      input: [
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] },
        { role: 'user', content: 'What time is it?' },
        { type: 'function_call', call_id: 'c1', name: 'tool_3', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'nine' },
      ],
      tools: [...tools, { type: 'web_search' }],
      max_output_tokens: 500,
    });
    const [summary] = await list();
    const { calls, chunks: told } = await read<RequestDetail>(`requests/${summary!.id}`);
    const [call] = calls;
    expect(call!.request).toEqual(service.backend.lastCall.body);
    for (const [from, to] of [
      ['instructions', 'instructions'],
      ['input[1]', 'input[0]'],
      ['input[2]', 'input[1]'],
      ['input[3]', 'input[2]'],
      ['tools[0]', 'tools[1]'],
      ['tools[20]', 'tools[0]'],
      ['max_output_tokens', 'max_output_tokens'],
    ])
      expect(call!.links).toContainEqual(expect.objectContaining({ from, to }));
    expect(told.map(({ part }) => part)).toContainEqual(
      expect.objectContaining({ type: 'response.output_text.delta', delta: 'Hello' }),
    );
    const parts = backendParts(call!.request);
    expect(parts.turns.map(({ path, title }) => [path, title])).toEqual([
      ['instructions', ''],
      ['input[0]', 'message user'],
      ['input[1]', 'function_call tool_3'],
      ['input[2]', 'function_call_output'],
    ]);
    expect(parts.tools).toHaveLength(21);
    expect(parts.settings.map(({ path }) => path)).not.toContain('input');
  });

  it('tells of each request as it comes and ends', async () => {
    await start();
    const live = await fetch(url('live'));
    const reader = live.body!.pipeThrough(new TextDecoderStream()).getReader();
    const seen: RequestSummary[] = [];
    const until = async (matches: (summary: RequestSummary) => boolean): Promise<void> => {
      let rest = '';
      while (!seen.some(matches)) {
        rest += (await reader.read()).value ?? '';
        const events = rest.split('\n\n');
        rest = events.pop() ?? '';
        for (const event of events)
          if (event.startsWith('data: '))
            seen.push(...(JSON.parse(event.slice(6)) as RequestSummary[]));
      }
    };
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const begin = streamOf(chunks.role(), chunks.text('Hi'));
    const end = streamOf(chunks.finish('stop'));
    service.backend.enqueue({
      ...begin,
      steps: [...[...begin.steps].slice(0, 2), { until: held }, ...end.steps],
    });
    const stream = await client().responses.create({ model: 'demo', input: 'Hi', stream: true });
    await until(({ isOver, model }) => !isOver && model === 'demo');
    goOn();
    await stream.toReadableStream().pipeTo(new WritableStream());
    await until(({ isOver, status }) => isOver && status === 200);
    await reader.cancel();
  });

  it('shows what was refused, and that it was', async () => {
    await start();
    await service.post({ model: 'demo', input: [{ type: 'function_call_output', output: 'x' }] });
    await service.post('{');
    const [first, second] = await list();
    expect(first).toMatchObject({ status: 400, errorCode: 'orphan_tool_output', hasBody: true });
    expect(second).toMatchObject({ status: 400, errorCode: 'invalid_json', hasBody: false });
  });

  it('shows where the turns of a conversation part', async () => {
    await start();
    for (const time of ['9:15', '9:16'])
      await client().responses.create({
        model: 'demo',
        instructions: `It is ${time}.`,
        input: 'Hi',
        prompt_cache_key: 'one',
      });
    const [, last] = await list();
    const { turns } = await read<PrefixAnswer>(`requests/${last!.id}/prefix`);
    expect(turns).toHaveLength(2);
    // A backend that speaks Responses has the instructions beside the conversation.
    const [path, messages] = isOverTwoHops ? ['instructions', 1] : ['messages[0]', 2];
    expect(turns[1]).toMatchObject({ break: { path }, messages });
  });

  it('gives a request as a fixture without keys and names, and forgets none of the chunks', async () => {
    await start();
    await client().responses.create({
      model: 'demo',
      input: 'I am jane@mail.example.com',
      safety_identifier: 'jane',
    });
    const [summary] = await list();
    const reply = await fetch(url(`requests/${summary!.id}/fixture`));
    expect(reply.headers.get('content-disposition')).toMatch(/filename="demo-.*\.chunks\.jsonl"/);
    const [head, ...rest] = (await reply.text()).trim().split('\n');
    expect(JSON.parse(head!)).toMatchObject({
      request: { safety_identifier: '***', input: 'I am someone@example.com' },
    });
    const { chunks: shown } = await read<RequestDetail>(`requests/${summary!.id}`);
    expect(rest).toHaveLength(shown.length - 1);
  });

  it('holds no key of anybody', async () => {
    await start({
      BACKEND_API_KEY: 'operator-key-0123456',
      PROXY_API_KEYS: `${TEST_KEY},another-key-01234567`,
    });
    await service.post({
      model: 'demo',
      input: `My key is ${TEST_KEY}`,
      tools: [
        {
          type: 'mcp',
          server_label: 'x',
          server_url: 'http://x.example',
          headers: { any: 'hush-hush' },
        },
      ],
    });
    const [summary] = await list();
    for (const path of ['requests', `requests/${summary!.id}`, `requests/${summary!.id}/fixture`]) {
      const text = await (await fetch(url(path))).text();
      expect(text).not.toMatch(/operator-key-0123456|hush-hush|Abcdefghijklmnop/);
    }
  });
});

describe('who may look', () => {
  it('nobody while it is off', async () => {
    service = await startService();
    await service.post({ model: 'demo', input: 'Hi' });
    for (const path of [
      '/inspector',
      '/inspector/',
      '/inspector/api/requests',
      '/inspector/api/live',
    ])
      expect((await fetch(service.proxy.url + path)).status).toBe(404);
  });

  it('programs of this machine alone, where there is no key', async () => {
    await start({ CORS_ORIGINS: '*' });
    const path = '/inspector/api/requests';
    expect(await raw(path, { host: 'localhost:1' })).toMatchObject({ status: 200 });
    expect(await raw(path, { host: '[::1]:1' })).toMatchObject({ status: 200 });
    const own = {
      host: 'localhost:1',
      origin: 'http://localhost:1',
      'sec-fetch-site': 'same-origin',
    };
    expect(await raw(path, own)).toMatchObject({ status: 200 });
    for (const headers of [
      { host: 'evil.example' },
      { host: '10.0.0.1' },
      { host: 'localhost', 'x-forwarded-for': '10.0.0.1' },
      { host: 'localhost', 'sec-fetch-site': 'cross-site' },
      { host: 'localhost', 'sec-fetch-site': 'same-site' },
      { host: 'localhost', origin: 'https://evil.example' },
      { host: 'localhost', origin: 'null' },
    ])
      expect((await raw(path, headers)).status).toBe(403);
  });

  it('who has logged in, where there is a key', async () => {
    await start({ INSPECTOR_KEY: KEY });
    const logIn = (key: unknown): Promise<Response> =>
      fetch(url('session'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ key }),
      });
    const look = async (cookie: string): Promise<number> =>
      (await fetch(url('requests'), { headers: { cookie } })).status;
    expect(await look('')).toBe(401);
    const opened = await logIn(KEY);
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(opened.status).toBe(204);
    expect(cookie).toMatch(/^inspector_session=\S+; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    const [session = ''] = cookie.split(';');
    expect(await look(session)).toBe(200);
    expect(await look(`${session}x`)).toBe(401);
    expect(await look(session.replace(/=\d/, '=9'))).toBe(401);
    expect(await look('inspector_session=')).toBe(401);
    const second = (await logIn(KEY)).headers.get('set-cookie')?.split(';')[0] ?? '';
    const init = { method: 'POST', headers: { cookie: session } };
    expect((await fetch(url('session/end'), init)).status).toBe(204);
    // A copy of the cookie is worth nothing any more; the other session goes on.
    expect([await look(session), await look(second)]).toEqual([401, 200]);
    const statuses = [];
    for (const wrong of ['', null, 'x', `${KEY}x`, {}, 'y', KEY])
      statuses.push((await logIn(wrong)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(JSON.stringify(service.proxy.logs())).not.toContain(KEY);
  });

  it('the start refuses several workers, each of which would show its own', async () => {
    service = await startService();
    await expect(
      startService({ INSPECTOR: 'true', WEB_CONCURRENCY: '2', STORE_URL: 'none:' }),
    ).rejects.toThrow(/WEB_CONCURRENCY=1/);
  });
});
