import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { ResponseEvent } from '../../src/contracts/responses/events.js';
import {
  checkedFetch,
  finalResponse,
  readEvents,
  readResource,
} from '../support/checked-response.js';
import { LAB_MAP, labTools, PIXEL } from '../support/lab-tools.js';
import { SdkMcpServer } from '../support/sdk-mcp-server.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startApp } from '../support/start-app.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** OpenAI's own tools, run by tools of an MCP server of the operator. */
const folder = mkdtempSync(join(tmpdir(), 'mapped-'));
const chunks = new ChatChunks('demo');
const asked: Record<string, unknown>[] = [];
let lab: SdkMcpServer;
let service: Service;
let client: OpenAI;
let checked: ReturnType<typeof checkedFetch>;

function fileWith(map: string, name = 'servers.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, `servers:\n  - { label: lab, url: '${lab.url}', allowed_tools: [] }\n${map}`);
  return path;
}

beforeAll(async () => {
  lab = await SdkMcpServer.start((server) => {
    labTools(server, asked, (code) => {
      if (code === 'forget()') lab.forget();
    });
  });
  service = await startService({ MCP_SERVERS: fileWith(LAB_MAP) });
});
beforeEach(() => {
  asked.length = 0;
  checked = checkedFetch();
  const { fetch } = checked;
  client = new OpenAI({ baseURL: service.baseURL, apiKey: TEST_KEY, maxRetries: 0, fetch });
});
afterEach(() => checked.settled());
afterAll(async () => {
  await service.close();
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

function calls(name: string, given: object | string): ReturnType<typeof streamOf> {
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  const half = Math.ceil(text.length / 2);
  return streamOf(
    chunks.callStart(0, { id: 'c', name, arguments: text.slice(0, half) }),
    chunks.callArguments(0, text.slice(half)),
    chunks.finish('tool_calls'),
  );
}
/** The service says goodbye behind its answer. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

const says = (text: string): ReturnType<typeof streamOf> =>
  streamOf(chunks.text(text), chunks.finish('stop'));
const messages = (): { role: string; content: unknown }[] =>
  (service.backend.lastCall.body as { messages: { role: string; content: unknown }[] }).messages;
const told = (): unknown => messages().findLast(({ role }) => role === 'tool')?.content;
const kinds = (events: readonly ResponseEvent[], part: string): string[] =>
  events.map(({ type }) => type).filter((type) => type.includes(part));

describe('file_search', () => {
  const tool: OpenAI.Responses.FileSearchTool = {
    type: 'file_search',
    vector_store_ids: ['vs_1'],
  };

  it('has the items, events, results and citations of the built-in tool', async () => {
    const text = 'It is grey [moon.md], not red 【mars.md】.';
    service.backend.enqueue(calls('file_search', { queries: ['moon', 'colour'] }), says(text));
    const include = ['file_search_call.results'];
    const body = { model: 'demo', input: 'Colour?', tools: [tool], include };
    const events = await readEvents(await service.post({ ...body, stream: true }));
    expect(kinds(events, 'file_search')).toEqual([
      'response.file_search_call.in_progress',
      'response.file_search_call.searching',
      'response.file_search_call.completed',
    ]);
    const moon = { file_id: 'doc_1', filename: 'moon.md', score: 0.9, text: 'The moon is grey.' };
    const { output, id } = finalResponse(events);
    expect(output).toMatchObject([
      {
        type: 'file_search_call',
        status: 'completed',
        queries: ['moon', 'colour'],
        results: [{ ...moon, attributes: { team: 'a' } }, { file_id: 'doc_2' }],
      },
      {
        type: 'message',
        content: [
          {
            text,
            annotations: [
              {
                type: 'file_citation',
                filename: 'moon.md',
                file_id: 'doc_1',
                index: text.indexOf('['),
              },
              { type: 'file_citation', filename: 'mars.md', index: text.indexOf('【') },
            ],
          },
        ],
      },
    ]);
    expect(asked).toEqual(['moon', 'colour'].map((q) => ({ q, stores: ['vs_1'], fixed: '$5' })));
    const before = messages();
    expect(told()).toBe('moon.md:\nThe moon is grey.\n\nmars.md:\nMars is red.');

    service.backend.enqueue(says('As I said.'));
    await client.responses.create({
      model: 'demo',
      input: 'Sure?',
      previous_response_id: id,
      tools: [tool],
    });
    expect(messages().slice(0, before.length)).toEqual(before);
  });

  it.each([
    [{ max_num_results: 1 }, ['doc_1']],
    [{ filters: { type: 'eq', key: 'team', value: 'b' } }, ['doc_2']],
    [{ filters: { type: 'or', filters: [{ type: 'in', key: 'team', value: ['a'] }] } }, ['doc_1']],
    [{ filters: { type: 'near', key: 'team', value: 'a' } }, []],
    [{ ranking_options: { score_threshold: 0.5 } }, ['doc_1']],
  ])('%j is kept to', async (more, ids) => {
    service.backend.enqueue(calls('file_search', { queries: ['x'] }), says('Well.'));
    const { output } = await client.responses.create({
      model: 'demo',
      input: 'Go',
      tools: [{ ...tool, ...more } as never],
      include: ['file_search_call.results'],
    });
    const [call] = output;
    expect(call?.type === 'file_search_call' && call.results?.map((one) => one.file_id)).toEqual(
      ids,
    );
  });

  it('says which fields inside of it nobody reads', async () => {
    service.backend.enqueue(says('Hi.'));
    const filter = { type: 'eq', key: 'team', value: 'b', boost: 2 };
    const more = {
      ranking_options: { score_threshold: 0.5, hybrid_search: { text_weight: 1 } },
      filters: { type: 'and', filters: [filter] },
    };
    const reply = await service.post({ model: 'demo', input: 'Go', tools: [{ ...tool, ...more }] });
    await reply.text();
    const warnings: unknown = JSON.parse(reply.headers.get('x-responses-warnings') ?? '[]');
    expect(warnings).toMatchObject([
      { code: 'field_ignored', param: 'tools[0].ranking_options.hybrid_search' },
      { code: 'field_ignored', param: 'tools[0].filters.filters[0].boost' },
    ]);
  });

  it('without results in the item is a call and its output all the same', async () => {
    service.backend.enqueue(calls('file_search', { queries: ['moon'] }), says('Grey.'));
    const first = await client.responses.create({ model: 'demo', input: 'Colour?', tools: [tool] });
    expect(first.output[0]).toMatchObject({ type: 'file_search_call', results: null });
    service.backend.enqueue(says('Yes.'));
    const input = [
      { role: 'user', content: 'Colour?' },
      ...first.output,
      { role: 'user', content: 'Sure?' },
    ];
    await client.responses.create({ model: 'demo', input: input as never, tools: [tool] });
    expect(told()).toBe('What this call brought is not in the conversation any more.');
  });

  it('that fails is a failed item, and the model goes on', async () => {
    service.backend.enqueue(calls('file_search', { queries: ['broken'] }), says('It is down.'));
    const reply = await service.post({ model: 'demo', input: 'Go', tools: [tool] });
    const { output } = await readResource(reply);
    expect(output).toMatchObject([
      { type: 'file_search_call', status: 'failed' },
      { type: 'message' },
    ]);
    expect(told()).toBe('Error: The index is down.');
  });

  it("does not take the place of a client's function of the same name", async () => {
    const own = {
      type: 'function',
      name: 'file_search',
      parameters: { type: 'object', properties: {} },
    };
    for (const tools of [
      [own, tool],
      [tool, own],
    ]) {
      service.backend.enqueue(says('Hi.'));
      await (await service.post({ model: 'demo', input: 'Hi', tools })).text();
      const { tools: sent } = service.backend.lastCall.body as {
        tools: { function: { name: string; parameters: { properties: object } } }[];
      };
      const isOwn = (one: (typeof sent)[number]): boolean =>
        Object.keys(one.function.parameters.properties).length === 0;
      const name = sent.find(isOwn)?.function.name ?? '';
      service.backend.enqueue(calls(name, {}));
      const { output } = await readResource(
        await service.post({ model: 'demo', input: 'Hi', tools }),
      );
      expect(output).toMatchObject([{ type: 'function_call', name: 'file_search' }]);
    }
    expect(asked).toEqual([]);
  });
});

describe('code_interpreter', () => {
  const tool = { type: 'code_interpreter', container: { type: 'auto' } } as const;

  it('shows the code as it is written, and its outputs; the server keeps one session', async () => {
    const code = 'print("a")\nplot()';
    const begun = lab.begun;
    service.backend.enqueue(
      calls('code_interpreter', { code }),
      calls('code_interpreter', { code: 'again()' }),
      says('Done.'),
    );
    const include = ['code_interpreter_call.outputs'];
    const body = { model: 'demo', input: 'Plot', tools: [tool], include };
    const events = await readEvents(await service.post({ ...body, stream: true }));
    const [first] = events.flatMap((event) =>
      event.type === 'response.code_interpreter_call_code.done' ? [event.code] : [],
    );
    expect(first).toBe(code);
    expect(kinds(events, 'code_interpreter').slice(0, 6)).toEqual([
      'response.code_interpreter_call.in_progress',
      'response.code_interpreter_call_code.delta',
      'response.code_interpreter_call_code.delta',
      'response.code_interpreter_call_code.done',
      'response.code_interpreter_call.interpreting',
      'response.code_interpreter_call.completed',
    ]);
    const { output, id } = finalResponse(events);
    const image = { type: 'image', url: `data:image/png;base64,${PIXEL}` };
    expect(output).toMatchObject([
      { type: 'code_interpreter_call', code, outputs: [{ type: 'logs', logs: 'run 1' }, image] },
      { type: 'code_interpreter_call', outputs: [{ type: 'logs', logs: 'run 2' }, image] },
      { type: 'message' },
    ]);
    expect(lab.begun).toBe(begun + 1);
    const before = messages();
    expect(JSON.stringify(before)).toContain(`data:image/png;base64,${PIXEL}`);
    const [container] = asked.map(({ session }) => session);
    expect(container).toMatch(/^cntr_/);

    service.backend.enqueue(calls('code_interpreter', { code: 'pass' }), says('Nothing.'));
    const next = await client.responses.create({
      model: 'demo',
      input: 'Again',
      tools: [tool],
      previous_response_id: id,
    });
    expect(next.output[0]).toMatchObject({ outputs: null, container_id: container });
    expect(asked.map(({ session }) => session)).toEqual([container, container, container]);
    expect(messages().slice(0, before.length)).toEqual(before);
    expect(told()).toBe('The code ran and printed nothing.');
  });

  it.each(['raise X', '"raise X"', '{"python":"raise X"}'])(
    'reads code that came as %s; an error of the program is its output',
    async (given) => {
      service.backend.enqueue(calls('code_interpreter', given), says('It failed.'));
      const { output } = await client.responses.create({
        model: 'demo',
        input: 'Go',
        tools: [tool],
      });
      expect(output[0]).toMatchObject({
        type: 'code_interpreter_call',
        code: 'raise X',
        status: 'completed',
      });
      expect(told()).toBe('Traceback: no');
    },
  );
});

it('the session of a response ends with it, and one that the server has forgotten begins again', async () => {
  const { begun, ended } = lab;
  const tools = [{ type: 'code_interpreter', container: 'cntr_own' } as const];
  service.backend.enqueue(
    calls('code_interpreter', { code: 'forget()' }),
    calls('code_interpreter', { code: 'again()' }),
    says('Done.'),
  );
  const { output } = await client.responses.create({
    model: 'demo',
    input: 'Go',
    tools,
    include: ['code_interpreter_call.outputs'],
  });
  const done = { container_id: 'cntr_own', status: 'completed' };
  const first = { ...done, outputs: [{ type: 'logs', logs: 'run 1' }, {}] };
  expect(output).toMatchObject([first, first, { type: 'message' }]);
  expect(lab.begun).toBe(begun + 2);
  await until(() => lab.ended > ended);
});

describe('image_generation', () => {
  it('shows images before the last one, and the model sees what was made', async () => {
    service.backend.enqueue(calls('image_generation', { prompt: 'A cat' }), says('Here.'));
    const tool = { type: 'image_generation', partial_images: 2, size: '1024x1024' } as const;
    const stream = client.responses.stream({ model: 'demo', input: 'Draw', tools: [tool] });
    const types: string[] = [];
    const partial: string[] = [];
    for await (const event of stream) {
      if (event.type.includes('image')) types.push(event.type.split('.').at(-1) ?? '');
      if (event.type === 'response.image_generation_call.partial_image')
        partial.push(event.partial_image_b64);
    }
    expect(types).toEqual([
      'in_progress',
      'generating',
      'partial_image',
      'partial_image',
      'completed',
    ]);
    expect(partial).toEqual([PIXEL, PIXEL]);
    const { output, id } = await stream.finalResponse();
    const made = { type: 'image_generation_call', status: 'completed', result: PIXEL };
    expect(output).toMatchObject([
      { ...made, revised_prompt: 'A cat', output_format: 'png' },
      { type: 'message' },
    ]);
    expect(asked).toEqual([{ text: 'A cat', size: '1024x1024' }]);
    const before = messages();
    expect(told()).toBe('The image was made, and the user sees it.');
    expect(JSON.stringify(before)).toContain(`data:image/png;base64,${PIXEL}`);
    service.backend.enqueue(says('Yes.'));
    await client.responses.create({
      model: 'demo',
      input: 'Nice',
      tools: [tool],
      previous_response_id: id,
    });
    expect(messages().slice(0, before.length)).toEqual(before);
  });

  it('each further image is an item of its own, with all its events, and the model sees them', async () => {
    const prompt = 'three of them';
    service.backend.enqueue(calls('image_generation', { prompt }), says('Here.'));
    const body = { model: 'demo', input: 'Draw', tools: [{ type: 'image_generation' }] };
    const events = await readEvents(await service.post({ ...body, stream: true }));
    const made = ['png', 'webp', 'jpeg'].map((format) => ({
      ...{ type: 'image_generation_call', status: 'completed', result: PIXEL },
      ...{ output_format: format, revised_prompt: prompt },
    }));
    const response = finalResponse(events);
    expect(response.output).toMatchObject([...made, { type: 'message' }]);
    expect(new Set(response.output.map(({ id }) => id)).size).toBe(4);
    const completed = events.filter(
      ({ type }) => type === 'response.image_generation_call.completed',
    );
    expect(completed).toHaveLength(3);
    expect(JSON.stringify(messages()).split(PIXEL)).toHaveLength(4);
    const before = messages();
    service.backend.enqueue(says('Yes.'));
    await service.post({ ...body, input: 'Nice', previous_response_id: response.id });
    expect(messages().slice(0, before.length)).toEqual(before);
  });

  it('that fails says why', async () => {
    service.backend.enqueue(calls('image_generation', { prompt: 'forbidden' }), says('I may not.'));
    const tools = [{ type: 'image_generation', quality: 'high' }];
    const reply = await service.post({ model: 'demo', input: 'Draw', tools });
    expect(reply.headers.get('x-responses-warnings')).toContain('field_ignored');
    const { output } = await readResource(reply);
    expect(output[0]).toMatchObject({ status: 'failed', error: { message: 'Not this one.' } });
    expect(told()).toBe('Error: Not this one.');
  });
});

describe('web_search', () => {
  it('searches with the tool, cites what it names, and answers /v1/alpha/search', async () => {
    const text = 'Grey ([Moon](https://moon.example/grey)).';
    service.backend.enqueue(calls('web_search', { type: 'search', query: 'moon' }), says(text));
    const { output } = await client.responses.create({
      model: 'demo',
      input: 'Colour?',
      tools: [{ type: 'web_search' }],
      include: ['web_search_call.action.sources'],
    });
    const urls = ['https://moon.example/grey', 'https://mars.example/'];
    expect(output).toMatchObject([
      { type: 'web_search_call', action: { sources: urls.map((url) => ({ type: 'url', url })) } },
      {
        type: 'message',
        content: [{ annotations: [{ type: 'url_citation', url: urls[0], title: 'Moon' }] }],
      },
    ]);
    const reply = await fetch(`${service.baseURL}/alpha/search`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ commands: { search_query: [{ q: 'moon' }, { q: 'words' }] } }),
    });
    const { output: found } = (await reply.json()) as { output: string };
    for (const part of [...urls, 'It is grey, all say so.']) expect(found).toContain(part);
  });
});

it('a map that is wrong stops the start with all that is wrong', async () => {
  const map = `
map:
  computer: { server: lab, tool: x }
  web_search: { server: lab, tool: x }
  file_search: { server: other, tool: '', arguments: { a: [$nothing] }, results: { title: x }, more: 1 }
`;
  const wrong = startApp({
    MCP_SERVERS: fileWith(map, 'wrong.yaml'),
    WEB_SEARCH_PROVIDER: 'searxng',
    WEB_SEARCH_URL: 'http://127.0.0.1:1',
  });
  await expect(wrong).rejects.toThrow(
    /computer cannot be mapped[^]*unknown fields: more[^]*label of one[^]*name of a tool[^]*\$nothing[^]*results.title[^]*WEB_SEARCH_PROVIDER/,
  );
});
