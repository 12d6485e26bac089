import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ChatRequest } from '../../src/contracts/chat/request.js';
import type { FunctionCallItem } from '../../src/contracts/responses/items.js';
import { finalResponse, readEvents, readResource } from '../support/checked-response.js';
import {
  ChatChunks,
  streamOf,
  type ReceivedRequest,
  type Script,
} from '../support/scripted-backend.js';
import { SearxngServer } from '../support/searxng-server.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';
import { WebServer } from '../support/web-server.js';

/** Runs suites and clients of others, which scripts/install-python-clients.sh installs, against one service. */

const root = join(import.meta.dirname, '../..');
const clients = join(root, 'node_modules/.cache/python-clients');
const isThere = existsSync(join(clients, 'bin/llm-comply'));
const run = promisify(execFile);
const chunks = new ChatChunks('demo');

/** So many of the leaderboard's samples are played, evenly chosen; `all` plays all. */
const { BFCL_SAMPLES = '150' } = process.env;

let service: Service;
let web: WebServer;
let searxng: SearxngServer | undefined;
beforeAll(async () => {
  web = await WebServer.start();
  const script = join(root, 'test/conformance/python/searxng.py');
  if (isThere) searxng = await SearxngServer.start(join(clients, 'bin/python'), script, web.url);
  service = await startService({
    MODEL_CONTEXT_TOKENS: '100000',
    WEB_SEARCH_PROVIDER: 'searxng',
    WEB_SEARCH_URL: searxng?.url ?? web.url,
  });
}, 60_000);
afterAll(async () => {
  await service.close();
  await Promise.all([web.close(), searxng?.close()]);
});

if (!isThere) {
  const title = 'Python clients (scripts/install-python-clients.sh installs them)';
  if (process.env.CI === 'true') {
    it(title, () => {
      expect(isThere).toBe(true);
    });
  } else it.skip(title, () => undefined);
}

const withClients = isThere ? describe : describe.skip;

withClients('llm-comply', () => {
  it('finds nothing that is not as Open Responses says', async () => {
    // It does not know OpenAI's own names of the events of a summary.
    const unknown = 'unknown SSE event type: response.reasoning_summary_text';
    const flags = ['-u', service.baseURL, '-k', TEST_KEY, '-m', 'gpt-5', '--json', '-i', unknown];
    // It exits with 1 when something failed, and its report says what.
    const { stdout } = await run(join(clients, 'bin/llm-comply'), flags).catch(
      (error: unknown) => error as { stdout: string },
    );
    const report = JSON.parse(stdout) as { results: { id: string; status: string }[] };
    const failed = report.results.filter(({ status }) => status !== 'passed');
    expect(failed).toEqual([]);
    expect(report.results.length).toBeGreaterThanOrEqual(12);
  }, 120_000);
});

interface Sample {
  id: string;
  question: [{ role: string; content: string }[]];
  function: { name: string; description: string; parameters: unknown }[];
}
type Arguments = Record<string, unknown>;

/** Gives each sample with the calls that answer it. */
function samples(): { sample: Sample; calls: [name: string, given: Arguments][] }[] {
  const [data = ''] = globSync(join(clients, 'lib/*/site-packages/bfcl_eval/data'));
  const files = globSync(join(data, 'possible_answer/*.json')).filter(
    (file) => !/multi_turn|memory|web_search/.test(file),
  );
  return files.sort().flatMap((file) => {
    const answers = new Map(
      linesOf<{ id: string; ground_truth: Record<string, Record<string, unknown[]>>[] }>(file).map(
        ({ id, ground_truth: truth }) => [id, truth],
      ),
    );
    return linesOf<Sample>(file.replace('possible_answer/', '')).map((sample) => ({
      sample,
      calls: (answers.get(sample.id) ?? []).flatMap((call) =>
        Object.entries(call).map(([name, given]): [string, Arguments] => [name, firstOf(given)]),
      ),
    }));
  });
}

function linesOf<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** An answer lists what each argument may be; an empty text says that it may be absent. */
function firstOf(given: Record<string, unknown[]>): Arguments {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, [value]]) => (value === '' ? [] : [[name, value]])),
  );
}

/** The leaderboard names types as Python and Java do. */
const TYPES: Record<string, string> = {
  dict: 'object',
  HashMap: 'object',
  float: 'number',
  double: 'number',
  long: 'integer',
  tuple: 'array',
  list: 'array',
  ArrayList: 'array',
  Array: 'array',
  Boolean: 'boolean',
  bool: 'boolean',
  String: 'string',
  char: 'string',
  any: 'string',
};

function toSchema(parameters: unknown): unknown {
  return JSON.parse(JSON.stringify(parameters), (name, value: unknown) =>
    name === 'type' && typeof value === 'string' ? (TYPES[value] ?? value) : value,
  );
}

withClients('the functions of the Berkeley leaderboard', () => {
  const all = isThere ? samples() : [];
  const step = BFCL_SAMPLES === 'all' ? 1 : Math.max(1, all.length / Number(BFCL_SAMPLES));
  const played = all.filter((_, index) => index % step < 1);

  it('there are some', () => {
    expect(played.length).toBeGreaterThanOrEqual(Math.min(100, Number(BFCL_SAMPLES) || Infinity));
  });

  it.each([true, false])(
    'their calls come out unchanged (stream: %s)',
    async (stream) => {
      for (const { sample, calls } of played) {
        const answer = ({ body }: ReceivedRequest): Script => {
          const { tools = [] } = body as ChatRequest;
          expect(tools.map((tool) => tool.function?.parameters)).toEqual(
            sample.function.map(({ parameters }) => toSchema(parameters)),
          );
          const nameOf = (asked: string): string | undefined =>
            tools[sample.function.findIndex(({ name }) => name === asked)]?.function?.name;
          return streamOf(
            ...calls.flatMap(([name, given], index) => [
              chunks.callStart(index, { id: `call_${index}`, name: nameOf(name) ?? name }),
              ...(JSON.stringify(given).match(/.{1,9}/gsu) ?? []).map((piece) =>
                chunks.callArguments(index, piece),
              ),
            ]),
            chunks.finish('tool_calls'),
          );
        };
        service.backend.enqueue(answer);
        const reply = await service.post({
          model: 'demo',
          stream,
          store: false,
          input: sample.question[0],
          tools: sample.function.map(({ parameters, ...named }) => ({
            type: 'function',
            ...named,
            parameters: toSchema(parameters),
          })),
        });
        const { output } = stream
          ? finalResponse(await readEvents(reply))
          : await readResource(reply);
        const made = output.filter(
          (item): item is FunctionCallItem => item.type === 'function_call',
        );
        expect({ id: sample.id, calls: made.map((call) => [call.name, call.arguments]) }).toEqual({
          id: sample.id,
          calls: calls.map(([name, given]) => [name, JSON.stringify(given)]),
        });
      }
    },
    BFCL_SAMPLES === 'all' ? 600_000 : 60_000,
  );
});

withClients('the openai package', () => {
  it('goes on with a background response after each of its events', async () => {
    const text = streamOf(
      chunks.reasoning('So.'),
      chunks.text('It is done.'),
      chunks.finish('stop'),
    );
    service.backend.enqueue(text);
    const script = join(root, 'test/conformance/python/background.py');
    const flags = [script, service.baseURL, TEST_KEY];
    const { stdout } = await run(join(clients, 'bin/python'), flags);
    const [all = [], ...after] = JSON.parse(stdout) as number[][];
    expect(all.length).toBeGreaterThan(8);
    expect(all).toEqual(all.map((_, index) => index));
    expect(after).toEqual(all.map((number) => all.slice(number + 1)));
  }, 60_000);
});

withClients('files of the openai package', () => {
  it('are kept, told to the model by their id, and deleted', async () => {
    service.backend.enqueue(streamOf(chunks.text('A greeting.'), chunks.finish('stop')));
    const script = join(root, 'test/conformance/python/files.py');
    const flags = [script, service.baseURL, TEST_KEY];
    const { stdout } = await run(join(clients, 'bin/python'), flags);
    const { id, ...told } = JSON.parse(stdout) as { id: string };
    expect(id).toMatch(/^file-/);
    expect(told).toEqual({
      ...{ bytes: true, same: true, content: true, streamed: true, deleted: true },
      ...{ lives: 3_600, filename: 'note größe.md', listed: [id], processed: 'processed' },
      ...{ answer: 'A greeting.', gone: [404, 'not_found', 'id'] },
    });
    const { messages } = service.backend.lastCall.body as ChatRequest;
    expect(JSON.stringify(messages)).toContain('Grüße, 世界. '.repeat(50_000));
  }, 60_000);
});

withClients('a real SearXNG', () => {
  it('is searched by the model, and the answer cites what it found', async () => {
    const url = 'https://news.example/today';
    const found = [{ url, title: 'The <b>News</b>', content: 'All is well.' }];
    web.answers.set('/found', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ results: found }),
    });
    const asked = { type: 'search', query: 'news of today' };
    const call = { id: 'c', name: 'web_search', arguments: JSON.stringify(asked) };
    service.backend.enqueue(
      streamOf(chunks.callStart(0, call), chunks.finish('tool_calls')),
      streamOf(chunks.text(`All is well ([News](${url})).`), chunks.finish('stop')),
    );
    const { output } = await readResource(
      await service.post({
        model: 'demo',
        input: 'News?',
        tools: [
          {
            type: 'web_search',
            user_location: { type: 'approximate', country: 'AT' },
            filters: { allowed_domains: ['news.example'] },
          },
        ],
        include: ['web_search_call.action.sources'],
      }),
    );
    expect(output).toMatchObject([
      { type: 'web_search_call', action: { ...asked, sources: [{ type: 'url', url }] } },
      { content: [{ annotations: [{ type: 'url_citation', url, title: 'The News' }] }] },
    ]);
    expect(JSON.stringify(service.backend.lastCall.body)).toContain('All is well.');
    const [engineCall] = web.requests.filter((request) => request.url.pathname === '/found');
    expect(engineCall?.url.searchParams.get('q')).toBe('news of today site:news.example');
  }, 60_000);
});

withClients('pydantic-ai', () => {
  it('remembers what was compacted, by the service and by a call of its own', async () => {
    const before = service.backend.calls.length;
    const note = 'does not matter';
    // The model reads the note when it does not know the code, and tells the code when it is asked for it or for a summary.
    const model = ({ body }: ReceivedRequest): Script => {
      service.backend.enqueue(model);
      const { messages, tools = [] } = body as ChatRequest;
      const knows = JSON.stringify(messages).includes('VIOLET-7');
      const last = JSON.stringify(messages.at(-1));
      if (!knows && tools.length > 0) {
        const call = { id: 'call_note', name: 'read_note', arguments: '{}' };
        return streamOf(chunks.callStart(0, call), chunks.finish('tool_calls'));
      }
      const isAsked = !last.includes('Thank you') && !last.includes(note);
      const text = isAsked ? (knows ? 'It was VIOLET-7.' : 'I do not know.') : 'All right.';
      return streamOf(chunks.text(text), chunks.finish('stop'));
    };
    service.backend.enqueue(model);
    const script = join(root, 'test/conformance/python/compaction.py');
    const flags = [script, service.baseURL, TEST_KEY];
    const { stdout } = await run(join(clients, 'bin/python'), flags);
    expect(JSON.parse(stdout)).toEqual(['It was VIOLET-7.', 'It was VIOLET-7.']);
    const asked = service.backend.calls
      .slice(before)
      .map(({ body }) => JSON.stringify((body as ChatRequest).messages))
      .filter((messages) => messages.includes('Which code was it?'));
    expect(asked).toHaveLength(2);
    expect(asked.join()).not.toContain(note);
  }, 120_000);
});
