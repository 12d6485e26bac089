import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createOpenAI } from '@ai-sdk/openai';
import {
  Agent,
  codeInterpreterTool,
  fileSearchTool,
  hostedMcpTool,
  imageGenerationTool,
  OpenAIProvider,
  Runner,
  webSearchTool,
} from '@openai/agents';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { checkedFetch } from '../support/checked-response.js';
import { EverythingServer } from '../support/everything-server.js';
import { LAB_MAP, labTools, PIXEL } from '../support/lab-tools.js';
import { SdkMcpServer } from '../support/sdk-mcp-server.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';
import { searxngAnswer, WebServer } from '../support/web-server.js';

/** Runs the tools of the service with the clients that people use, and with the protocol's own reference server. */
const folder = mkdtempSync(join(tmpdir(), 'mapped-'));
let everything: EverythingServer;
let lab: SdkMcpServer;
let web: WebServer;
let service: Service;
const checked = checkedFetch();
const chunks = new ChatChunks('demo');

beforeAll(async () => {
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
  everything = await EverythingServer.start();
  web = await WebServer.start();
  const page = { url: 'https://news.example/today', title: 'News', content: 'All is well.' };
  web.answers.set('/search', () => searxngAnswer('news', [page]));
  lab = await SdkMcpServer.start((server) => {
    labTools(server, []);
  });
  const path = join(folder, 'servers.yaml');
  const [map] = LAB_MAP.split('  web_search:');
  writeFileSync(path, `servers: [{ label: lab, url: '${lab.url}' }]\n${map}`);
  service = await startService({
    MCP_SERVERS: path,
    MCP_ALLOWED_HOSTS: '127.0.0.1,localhost',
    WEB_SEARCH_PROVIDER: 'searxng',
    WEB_SEARCH_URL: web.url,
  });
});
afterEach(() => checked.settled());
afterAll(async () => {
  await service.close();
  await everything.close();
  await web.close();
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const options = () => ({ baseURL: service.baseURL, apiKey: TEST_KEY, fetch: checked.fetch });
const calls = (name: string, given: object) =>
  streamOf(
    chunks.callStart(0, { id: `call_${name}`, name, arguments: JSON.stringify(given) }),
    chunks.finish('tool_calls'),
  );
const says = (text: string) => streamOf(chunks.text(text), chunks.finish('stop'));
const sent = () => JSON.stringify(service.backend.lastCall.body);

describe.each(['/mcp', '/sse'])('the reference server at %s', (path) => {
  const run = async (name: string, given: object) => {
    service.backend.enqueue(calls(`demo__${name}`, given), says('Done.'));
    const client = new OpenAI(options());
    const { output } = await client.responses.create({
      model: 'demo',
      input: 'Go',
      tools: [
        {
          type: 'mcp',
          server_label: 'demo',
          server_url: `${everything.url}${path}`,
          require_approval: 'never',
        },
      ],
    });
    return output.find(({ type }) => type === 'mcp_call');
  };

  it.each([
    ['echo', { message: 'hello' }, 'Echo: hello'],
    ['get-sum', { a: 2, b: 3 }, '5'],
    ['get-structured-content', { location: 'Chicago' }, 'drizzle'],
    ['trigger-long-running-operation', { duration: 0.2, steps: 2 }, 'Steps: 2'],
    ['get-resource-links', { count: 1 }, 'demo://'],
  ])('%s', async (name, given, text) => {
    expect(await run(name, given)).toMatchObject({
      status: 'completed',
      error: null,
      output: expect.stringContaining(text),
    });
  });

  it('an image is seen by the model', async () => {
    const output = expect.stringContaining('[image]');
    expect(await run('get-tiny-image', {})).toMatchObject({ status: 'completed', output });
    expect(sent()).toContain('data:image/png;base64,');
  });

  it('what the server refuses is told', async () => {
    expect(await run('get-sum', { a: 'two' })).toMatchObject({ status: 'failed', output: null });
  });
});

it.each([
  ['initialize', undefined],
  ['tools_call', calls('demo__add_numbers', { a: 5, b: 3 })],
  ['sse-retry', calls('demo__test_reconnection', {})],
])("the protocol's own suite, %s", async (scenario, call) => {
  if (call !== undefined) service.backend.enqueue(call);
  service.backend.enqueue(says('Done.'));
  const suite = 'node_modules/@modelcontextprotocol/conformance/dist/index.js';
  const command = `${process.execPath} test/support/mcp-conformance-client.mjs`;
  const given = ['client', '--command', command, '--scenario', scenario, '-o', folder];
  const env = { ...process.env, SERVICE_URL: service.baseURL, SERVICE_KEY: TEST_KEY };
  // It ends with an error where a check failed, and says more in its report.
  await promisify(execFile)(process.execPath, [suite, ...given], { env }).catch(() => undefined);
  const report = readdirSync(folder).find((name) => name.startsWith(`${scenario}-`)) ?? '';
  const checks = JSON.parse(readFileSync(join(folder, report, 'checks.json'), 'utf8')) as {
    id: string;
    status: string;
  }[];
  // How punctual it is depends on how busy the machine is.
  const told = checks.filter(({ id }) => id !== 'client-sse-retry-timing');
  expect(told.filter(({ status }) => status === 'SUCCESS').length).toBeGreaterThan(0);
  expect(told.filter(({ status }) => ['FAILURE', 'WARNING'].includes(status))).toEqual([]);
});

describe('@openai/agents', () => {
  const runner = () =>
    new Runner({
      modelProvider: new OpenAIProvider({
        openAIClient: new OpenAI(options()),
        useResponses: true,
      }),
      model: 'demo',
      tracingDisabled: true,
    });

  it.each([
    [true, '5'],
    [false, 'did not allow'],
  ])('hostedMcpTool asks for approval and gets %s', async (approve, text) => {
    const asked: string[] = [];
    const agent = new Agent({
      name: 'Adder',
      tools: [
        hostedMcpTool({
          serverLabel: 'demo',
          serverUrl: `${everything.url}/mcp`,
          requireApproval: { always: { toolNames: ['get-sum'] }, never: { toolNames: ['echo'] } },
          onApproval: (_context, { rawItem }) => {
            asked.push('name' in rawItem ? rawItem.name : '');
            return Promise.resolve({ approve });
          },
        }),
      ],
    });
    service.backend.enqueue(
      calls('demo__echo', { message: 'first' }),
      calls('demo__get-sum', { a: 2, b: 3 }),
      says('That is it.'),
    );
    const result = await runner().run(agent, '2 + 3?');
    expect(result.finalOutput).toBe('That is it.');
    expect(asked).toEqual(['get-sum']);
    expect(JSON.stringify(service.backend.calls.at(-2)?.body)).toContain('Echo: first');
    expect(sent()).toContain(text);
  });

  it('its other hosted tools are run, their items read and sent back', async () => {
    const agent = new Agent({
      name: 'Maker',
      tools: [
        fileSearchTool('vs_1', { includeSearchResults: true }),
        codeInterpreterTool({ includeOutputs: true }),
        imageGenerationTool({ size: '1024x1024' }),
      ],
    });
    service.backend.enqueue(
      calls('file_search', { queries: ['moon'] }),
      calls('code_interpreter', { code: 'plot()' }),
      calls('image_generation', { prompt: 'A moon' }),
      says('The moon is grey [moon.md].'),
      says('Yes.'),
    );
    const first = await runner().run(agent, 'Colour?');
    expect(first.newItems.map(({ rawItem }) => rawItem)).toMatchObject([
      { type: 'hosted_tool_call', name: 'file_search_call', status: 'completed' },
      { type: 'hosted_tool_call', name: 'code_interpreter_call', status: 'completed' },
      { type: 'hosted_tool_call', name: 'image_generation_call', output: PIXEL },
      { role: 'assistant' },
    ]);
    const second = await runner().run(agent, [
      ...first.history,
      { role: 'user', content: 'Sure?' },
    ]);
    expect(second.finalOutput).toBe('Yes.');
    for (const part of ['The moon is grey.', 'run 1', PIXEL]) expect(sent()).toContain(part);
  });

  it('webSearchTool searches', async () => {
    const agent = new Agent({ name: 'Reader', tools: [webSearchTool()] });
    service.backend.enqueue(calls('web_search', { type: 'search', query: 'news' }), says('Well.'));
    const result = await runner().run(agent, 'News?');
    expect(result.finalOutput).toBe('Well.');
    expect(result.newItems.map(({ type }) => type)).toEqual([
      'tool_call_item',
      'message_output_item',
    ]);
    expect(sent()).toContain('All is well.');
  });
});

describe('the AI SDK', () => {
  const openai = () => createOpenAI(options());

  it('openai.tools.mcp', async () => {
    service.backend.enqueue(calls('demo__get-sum', { a: 2, b: 3 }), says('Five.'));
    const tools = {
      demo: openai().tools.mcp({
        serverLabel: 'demo',
        serverUrl: `${everything.url}/mcp`,
        requireApproval: 'never',
      }),
    };
    const result = streamText({ model: openai().responses('demo'), prompt: '2 + 3?', tools });
    expect(await result.text).toBe('Five.');
    expect(JSON.stringify((await result.steps).map(({ toolResults }) => toolResults))).toContain(
      '5',
    );
  });

  it('openai.tools.webSearch gives the sources that the answer cites', async () => {
    service.backend.enqueue(
      calls('web_search', { type: 'search', query: 'news' }),
      says('All is well ([News](https://news.example/today)).'),
    );
    const result = await generateText({
      model: openai().responses('demo'),
      prompt: 'News?',
      tools: { web_search: openai().tools.webSearch({ searchContextSize: 'low' }) },
    });
    expect(result.text).toContain('All is well');
    expect(result.sources).toMatchObject([{ url: 'https://news.example/today' }]);
    expect(JSON.stringify(result.steps[0]?.toolResults)).toContain('"query":"news"');
  });

  it('openai.tools.fileSearch, codeInterpreter and imageGeneration', async () => {
    service.backend.enqueue(
      calls('file_search', { queries: ['moon'] }),
      calls('code_interpreter', { code: 'plot()' }),
      calls('image_generation', { prompt: 'A moon' }),
      says('The moon is grey [moon.md].'),
    );
    const { tools } = openai();
    const result = streamText({
      model: openai().responses('demo'),
      prompt: 'Colour?',
      tools: {
        file_search: tools.fileSearch({ vectorStoreIds: ['vs_1'] }),
        code_interpreter: tools.codeInterpreter(),
        image_generation: tools.imageGeneration({ partialImages: 2 }),
      },
      include: { requestBody: false },
      providerOptions: { openai: { include: ['file_search_call.results'] } },
    });
    expect(await result.text).toContain('grey');
    const [step] = await result.steps;
    expect(step?.toolResults.map(({ toolName, output }) => [toolName, output])).toMatchObject([
      ['file_search', { queries: ['moon'], results: [{ filename: 'moon.md' }, {}] }],
      ['code_interpreter', { outputs: [{ type: 'logs', logs: 'run 1' }, { type: 'image' }] }],
      // Two of them are shown before the image is done.
      ...Array.from({ length: 3 }, () => ['image_generation', { result: PIXEL }]),
    ]);
    expect((await result.sources).map((source) => source.title)).toEqual(['moon.md', 'mars.md']);
  });
});
