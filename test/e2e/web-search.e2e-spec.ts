import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import {
  checkedFetch,
  finalResponse,
  readError,
  readEvents,
  readResource,
} from '../support/checked-response.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startApp } from '../support/start-app.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';
import { searxngAnswer, WebServer } from '../support/web-server.js';

const chunks = new ChatChunks('demo');
let web: WebServer;
let service: Service;

beforeAll(async () => {
  web = await WebServer.start();
});
afterAll(() => web.close());

const result = (path: string, title: string): object => ({
  url: `${web.url}${path}`,
  title,
  content: `About <b>${title}</b>`,
  engine: 'test',
});
const article = (text: string): string =>
  `<html><head><title>Fjords</title><script>evil()</script></head><body><nav>Menu</nav><article><h1>Fjords</h1>` +
  `<p>${text.repeat(10)}</p><p>The Sognefjord is 205 km long, see <a href="/more">more</a>.</p></article></body></html>`;

beforeEach(async () => {
  web.requests.length = 0;
  web.answers.clear();
  web.answers.set('/search', ({ url }) =>
    searxngAnswer(url.searchParams.get('q') ?? '', [
      result('/fjords', 'Fjords'),
      { url: 'https://else.example/', title: 'Elsewhere', content: '' },
      { url: 'javascript:alert(1)', title: 'No' },
    ]),
  );
  web.answers.set('/fjords', article('Fjords are long, narrow, and deep. '));
  service = await startService({
    WEB_SEARCH_PROVIDER: 'searxng',
    WEB_SEARCH_URL: web.url,
    WEB_SEARCH_PRIVATE_HOSTS: `127.0.0.1:${web.port}`,
  });
});
afterEach(() => service.close());

const acts = (action: object): ReturnType<typeof streamOf> =>
  streamOf(
    chunks.callStart(0, { id: 'c', name: 'web_search', arguments: JSON.stringify(action) }),
    chunks.finish('tool_calls'),
  );
const says = (...parts: string[]): ReturnType<typeof streamOf> =>
  streamOf(...parts.map((text) => chunks.text(text)), chunks.finish('stop'));
const ask = (more: object = {}, body: object = {}): object => ({
  model: 'demo',
  input: 'How long is it?',
  tools: [{ type: 'web_search', ...more }],
  ...body,
});
const told = (): string => {
  const { messages } = service.backend.lastCall.body as { messages: { content: string }[] };
  return messages.at(-1)?.content ?? '';
};

describe('web_search', () => {
  it('searches, opens and finds, and the answer cites what it found', async () => {
    const page = `${web.url}/fjords`;
    const text = `😀 It is 205 km long ([127.0.0.1](${page})). See ${page} and https://other.example/.`;
    service.backend.enqueue(
      acts({ type: 'search', query: 'longest fjord' }),
      acts({ type: 'open_page', url: page }),
      acts({ type: 'find_in_page', url: page, pattern: 'SOGNEFJORD' }),
      says(text.slice(0, 30), text.slice(30)),
    );
    const include = ['web_search_call.action.sources'];
    const events = await readEvents(await service.post(ask({}, { stream: true, include })));
    const { output } = finalResponse(events);
    expect(output).toMatchObject([
      {
        type: 'web_search_call',
        status: 'completed',
        action: {
          type: 'search',
          query: 'longest fjord',
          sources: [
            { type: 'url', url: page },
            { type: 'url', url: 'https://else.example/' },
          ],
        },
      },
      { type: 'web_search_call', action: { type: 'open_page', url: page } },
      {
        type: 'web_search_call',
        action: { type: 'find_in_page', url: page, pattern: 'SOGNEFJORD' },
      },
      { type: 'message' },
    ]);
    const part = output[3]?.type === 'message' ? output[3].content[0] : undefined;
    const cited = part?.type === 'output_text' ? part.annotations : [];
    expect(
      cited.map((one) =>
        one.type === 'url_citation'
          ? [one.url, one.title, text.slice(one.start_index, one.end_index)]
          : one.filename,
      ),
    ).toEqual([
      [page, 'Fjords', `[127.0.0.1](${page})`],
      [page, 'Fjords', page],
    ]);
    expect(
      events.map(({ type }) => type).filter((type) => /web_search|annotation/.test(type)),
    ).toEqual([
      ...['search', 'open', 'find'].flatMap(() => [
        'response.web_search_call.in_progress',
        'response.web_search_call.searching',
        'response.web_search_call.completed',
      ]),
      'response.output_text.annotation.added',
      'response.output_text.annotation.added',
    ]);
    const calls = service.backend.calls.slice(-3).map(({ body }) => JSON.stringify(body));
    expect(calls[0]).toContain('About Fjords');
    expect(calls[1]).toContain('The Sognefjord is 205 km long');
    expect(calls[1]).not.toContain('evil()');
    expect(calls[2]).toContain('1 matches on');
    expect(web.paths()).toEqual(['/search', '/fjords']);
  });

  it('keeps to the domains, the place and the size that the tool names', async () => {
    service.backend.enqueue(
      acts({ query: 'fjord' }),
      acts({ url: `${web.url}/fjords` }),
      says('Done.'),
    );
    const more = {
      filters: { allowed_domains: ['else.example'] },
      user_location: { type: 'approximate', country: 'NO', city: 'Bergen' },
      search_context_size: 'low',
    };
    const { output } = await readResource(await service.post(ask(more)));
    expect(output).toMatchObject([
      { action: { type: 'search', queries: ['fjord'] }, status: 'completed' },
      { action: { type: 'open_page' }, status: 'failed' },
      { type: 'message' },
    ]);
    const [first] = web.requests;
    expect(Object.fromEntries(first?.url.searchParams ?? [])).toEqual({
      q: 'fjord site:else.example',
      format: 'json',
      language: 'nb-NO',
    });
    expect(web.paths()).toEqual(['/search']);
    const [asked] = service.backend.calls.slice(-3).map(({ body }) => JSON.stringify(body));
    expect(asked).toContain('Bergen, NO');
    expect(told()).toContain('may not be opened');
  });

  it('allows nothing by domains that are none, and says which fields it does not read', async () => {
    service.backend.enqueue(acts({ url: `${web.url}/fjords` }), says('Done.'));
    const more = { filters: { allowed_domains: ['no domain'], languages: ['no'] } };
    const reply = await service.post(ask(more));
    expect(JSON.parse(reply.headers.get('x-responses-warnings') ?? '[]')).toMatchObject([
      { code: 'field_ignored', param: 'tools[0].filters.languages' },
    ]);
    const { output } = await readResource(reply);
    expect(output).toMatchObject([
      { action: { type: 'open_page' }, status: 'failed' },
      { type: 'message' },
    ]);
    expect(web.paths()).toEqual([]);
  });

  it('opens no page without access to the outside', async () => {
    service.backend.enqueue(acts({ type: 'open_page', url: `${web.url}/fjords` }), says('No.'));
    const { output } = await readResource(await service.post(ask({ external_web_access: false })));
    expect(output[0]).toMatchObject({ type: 'web_search_call', status: 'failed' });
    expect(web.paths()).toEqual([]);
    const { tools } = service.backend.lastCall.body as { tools: { function: object }[] };
    expect(JSON.stringify(tools)).not.toContain('open_page');
  });

  it.each([
    ['a private address', 'http://127.0.0.1:1/', {}],
    ['the metadata of a cloud', 'http://169.254.169.254/latest/', {}],
    ['another spelling of this machine', 'http://2130706433:1/', {}],
    [
      'a redirect inside',
      'BASE/away',
      { '/away': { status: 302, headers: { location: 'http://localhost:PORT/fjords' } } },
    ],
    [
      'endless redirects',
      'BASE/loop',
      { '/loop': { status: 302, headers: { location: '/loop' } } },
    ],
    ['a file', 'file:///etc/passwd', {}],
    [
      'a page that is no text',
      'BASE/pdf',
      { '/pdf': { headers: { 'content-type': 'application/pdf' }, body: '%PDF' } },
    ],
    ['a page without an end', 'BASE/long', { '/long': { body: 'x'.repeat(5_000_000) } }],
    ['a page that is gone', 'BASE/gone', {}],
    ['an empty page', 'BASE/empty', { '/empty': '<html></html>' }],
  ])('%s is a failed item, and the model is told', async (_, url, answers) => {
    const filled = (text: string): string =>
      text.replace('BASE', web.url).replace('PORT', String(web.port));
    for (const [path, answer] of Object.entries(answers)) {
      web.answers.set(path, JSON.parse(filled(JSON.stringify(answer))) as object);
    }
    service.backend.enqueue(acts({ type: 'open_page', url: filled(url) }), says('It failed.'));
    const { output, status } = await readResource(await service.post(ask()));
    expect(status).toBe('completed');
    expect(output[0]).toMatchObject({ type: 'web_search_call', status: 'failed' });
    expect(told()).toMatch(/^Error: /);
    expect(web.paths()).not.toContain('/fjords');
  });

  it('a page that keeps the extractor busy is ended, and nobody waits for it', async () => {
    const nested = `<html><body>${'<div>'.repeat(4_000)}${'x'.repeat(1_000)}${'</div>'.repeat(4_000)}`;
    web.answers.set('/nested', nested);
    service.backend.enqueue(acts({ url: `${web.url}/nested` }), says('It failed.'));
    const slow = service.post(ask());
    service.backend.enqueue(says('At once.'));
    const { output } = await readResource(await slow);
    expect(output[0]).toMatchObject({ type: 'web_search_call', status: 'failed' });
    expect((await fetch(`${service.proxy.url}/health/live`)).status).toBe(200);
  }, 120_000);

  it('an engine that fails is a failed item, and what it said stays here', async () => {
    web.answers.set('/search', { status: 403, body: 'key 1234 is bad' });
    service.backend.enqueue(acts({ query: 'fjord' }), says('Sorry.'));
    const reply = await readResource(await service.post(ask()));
    expect(reply.output[0]).toMatchObject({ type: 'web_search_call', status: 'failed' });
    expect(JSON.stringify([reply, told()])).not.toContain('1234');
    expect(JSON.stringify(service.proxy.logs())).toContain('answered 403');
  });

  it("never takes the name of a client's function", async () => {
    const own = {
      type: 'function',
      name: 'web_search',
      parameters: { type: 'object', properties: {} },
    };
    service.backend.enqueue(acts({ query: 'mine' }));
    const body = { ...ask(), tools: [own, { type: 'web_search' }] };
    const { output } = await readResource(await service.post(body));
    expect(output).toMatchObject([{ type: 'function_call', name: 'web_search' }]);
  });
});

describe('POST /v1/alpha/search', () => {
  const search = async (commands: object, more: object = {}): Promise<Response> =>
    fetch(`${service.baseURL}/alpha/search`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'session', model: 'demo', commands, ...more }),
    });
  const outputOf = async (reply: Response): Promise<string> =>
    ((await reply.json()) as { output: string }).output;

  it('searches, opens, follows links and finds', async () => {
    const page = `${web.url}/fjords`;
    web.answers.set('/more', '<html><body><p>More of them.</p></body></html>');
    const output = await outputOf(
      await search({
        search_query: [{ q: 'fjord', recency: 7, domains: ['127.0.0.1'] }],
        open: [{ ref_id: page, lineno: 2 }],
        click: [{ ref_id: page, id: 0 }],
        find: [{ ref_id: page, pattern: '205 km' }],
        weather: [{ location: 'Norway' }],
        response_length: 'short',
      }),
    );
    expect(output).toContain('About Fjords');
    expect(output).not.toContain('else.example');
    expect(output).toContain('More of them.');
    expect(output).toContain(`1 matches on ${page}`);
    expect(output).toContain("Error: 'weather' is not offered here.");
    const asked = web.requests.find(({ url }) => url.pathname === '/search');
    expect(asked?.url.searchParams.get('time_range')).toBe('week');
  });

  it('heeds the settings, and names what is wrong', async () => {
    const settings = { filters: { blocked_domains: ['127.0.0.1'] } };
    const open = [{ ref_id: `${web.url}/fjords` }];
    expect(await outputOf(await search({ open }, { settings }))).toContain('may not be opened');
    expect(await outputOf(await search({ open: [{ ref_id: 'turn0search0' }] }))).toContain(
      'is not known',
    );
    expect(await readError(await search('x' as never))).toMatchObject({ param: 'commands' });
    const many = Array.from({ length: 17 }, () => ({ q: 'x' }));
    expect(await readError(await search({ search_query: many }))).toMatchObject({
      param: 'commands',
    });
  });
});

it('without a search engine the tool is dropped, and Codex finds no search', async () => {
  const bare = await startService();
  bare.backend.enqueue(says('Hi.'));
  const reply = await bare.post(ask());
  expect(reply.headers.get('x-responses-warnings')).toContain('tool_dropped');
  const search = await fetch(`${bare.baseURL}/alpha/search`, { method: 'POST', body: '{}' });
  expect(search.status).toBe(404);
  await bare.close();
});

it.each([
  [{ WEB_SEARCH_PROVIDER: 'searxng' }, /WEB_SEARCH_URL/],
  [{ WEB_SEARCH_PROVIDER: 'brave' }, /WEB_SEARCH_API_KEY/],
])('%j stops the start', async (environment, message) => {
  await expect(startApp(environment)).rejects.toThrow(message);
});

it.each([
  ['brave', '/res/v1/web/search', (results: object[]) => ({ web: { results } }), 'description'],
  ['tavily', '/search', (results: object[]) => ({ results }), 'content'],
])('%s is asked as it wants to be', async (provider, path, answer, field) => {
  const key = 'engine-key-0123456789';
  const other = await startService({
    WEB_SEARCH_PROVIDER: provider,
    WEB_SEARCH_URL: web.url,
    WEB_SEARCH_API_KEY: key,
  });
  web.answers.set(path, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      answer([{ url: 'https://a.example/', title: 'A', [field]: 'It <strong>says</strong> so.' }]),
    ),
  });
  other.backend.enqueue(acts({ query: 'fjord' }), says('See [A](https://a.example/).'));
  const client = new OpenAI({
    baseURL: other.baseURL,
    apiKey: TEST_KEY,
    fetch: checkedFetch().fetch,
  });
  const response = await client.responses.create({
    model: 'demo',
    input: 'Search',
    tools: [{ type: 'web_search_preview', user_location: { type: 'approximate', country: 'NO' } }],
  });
  const message = response.output.find(({ type }) => type === 'message');
  expect(message).toMatchObject({
    content: [{ annotations: [{ url: 'https://a.example/', start_index: 4, end_index: 27 }] }],
  });
  const { messages } = other.backend.lastCall.body as { messages: { content: string }[] };
  expect(messages.at(-1)?.content).toContain('It says so.');
  const [asked] = web.requests;
  const said = JSON.stringify([asked?.headers, asked?.url, asked?.body]);
  expect(said).toContain(key);
  expect(said).toMatch(/country=NO|norway/);
  expect(JSON.stringify([response, other.proxy.logs(), other.backend.calls])).not.toContain(key);
  await other.close();
});
