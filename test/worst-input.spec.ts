import { describe, expect, it } from '@jest/globals';
import { parseJsonBody } from '../src/common/json-body.js';
import { ApiError } from '../src/common/api-error.js';
import type { JsonRecord } from '../src/common/json.js';
import { readEnvironment } from '../src/config/read-environment.js';
import { toSettings } from '../src/config/to-settings.js';
import { parseCreateResponse } from '../src/responses/validation/parse-create-response.js';
import { readProjectFile } from './support/documentation.js';
import { translate } from './support/translate.js';

/**
 * Looks for the body within the limits that holds the thread up longest: each field of a request that has everything is
 * filled with what is large, or repeated, a sample of them at each run. What was found once is kept, and looked at always.
 * Work is measured as the thread's own time, and compared with that of reading as many names as a body may have.
 */

const { limits } = toSettings(readEnvironment({}));
/** Bodies whose work took this many times the reference were mended: the worst that is left takes about half. */
const mostTimes = 12;
const sampleSize = 120;
const bytes = 4_800_000;

const tool = (name: string) => ({
  type: 'function',
  name,
  description: 'd',
  strict: true,
  parameters: {
    type: 'object',
    properties: { a: { type: 'string', enum: ['a'] }, b: { $ref: '#/$defs/c' } },
    required: ['a'],
    $defs: { c: { type: 'number' } },
    additionalProperties: false,
  },
});
const text = (type: string) => ({ type, text: 'x' });
const whole = {
  model: 'm',
  instructions: 'i',
  user: 'u',
  metadata: { a: 'b' },
  include: ['reasoning.encrypted_content'],
  stop: ['a'],
  logit_bias: { '1': 1 },
  reasoning: { effort: 'low', summary: 'auto' },
  text: {
    format: { type: 'json_schema', name: 'n', schema: tool('s').parameters, strict: true },
    verbosity: 'low',
  },
  tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] },
  unknown: 1,
  tools: [
    tool('f'),
    { type: 'custom', name: 'c', format: { type: 'grammar', syntax: 'lark', definition: 'a' } },
    { type: 'namespace', name: 'ns', description: 'd', tools: [tool('g')] },
    { type: 'web_search', filters: { allowed_domains: ['a'] } },
    { type: 'mcp', server_label: 'l', server_url: 'http://x', headers: { a: 'b' } },
    { type: 'image_generation', model: 'm', input_image_mask: { image_url: 'http://x' } },
    { type: 'code_interpreter', container: { type: 'auto', file_ids: ['a'] } },
    { type: 'file_search', vector_store_ids: ['a'], filters: { type: 'eq', key: 'k', value: 'v' } },
    { type: 'computer' },
    { type: 'tool_search', description: 'd', parameters: tool('t').parameters },
    { type: 'apply_patch' },
    {
      type: 'shell',
      environment: { type: 'local', skills: [{ name: 's', description: 'd', path: 'p' }] },
    },
    { type: 'local_shell' },
    { type: 'unknown_tool' },
  ],
  input: [
    { role: 'user', content: [text('input_text'), { type: 'input_image', image_url: 'http://x' }] },
    { role: 'developer', content: 's' },
    {
      type: 'message',
      role: 'assistant',
      id: 'msg_1',
      content: [{ ...text('output_text'), annotations: [{ type: 'a' }] }],
    },
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [text('summary_text')],
      content: [text('reasoning_text')],
      encrypted_content: 'e',
    },
    { type: 'function_call', name: 'f', namespace: 'ns', call_id: 'c1', arguments: '{"a":"b"}' },
    { type: 'function_call_output', call_id: 'c1', output: [text('input_text')] },
    { type: 'custom_tool_call', name: 'c', call_id: 'c2', input: 'i' },
    { type: 'custom_tool_call_output', call_id: 'c2', output: 'o' },
    { type: 'shell_call', call_id: 'c4', action: { commands: ['a'], timeout_ms: 1 } },
    { type: 'shell_call_output', call_id: 'c4', output: [{ stdout: 'a', stderr: 'b' }] },
    {
      type: 'apply_patch_call',
      call_id: 'c5',
      operation: { type: 'update_file', path: 'p', diff: 'd' },
    },
    { type: 'apply_patch_call_output', call_id: 'c5', output: 'o' },
    { type: 'additional_tools', tools: [tool('k')] },
    { type: 'compaction', encrypted_content: 'e' },
    { type: 'web_search_call', id: 'ws', action: { type: 'search', query: 'q' } },
    { type: 'mcp_call', id: 'mc', name: 'n', arguments: '{}', output: 'o' },
    {
      type: 'mcp_list_tools',
      id: 'ml',
      server_label: 'l',
      tools: [{ name: 't', description: 'd', input_schema: tool('m').parameters }],
    },
    { type: 'mcp_approval_request', id: 'ma', name: 'n', server_label: 'l', arguments: '{}' },
    { type: 'mcp_approval_response', approval_request_id: 'ma', approve: true, reason: 'r' },
    {
      type: 'local_shell_call',
      id: 'ls',
      call_id: 'c6',
      action: { command: ['a'], env: { a: 'b' } },
    },
    { type: 'local_shell_call_output', id: 'lo', call_id: 'c6', output: 'o' },
    {
      type: 'computer_call',
      id: 'cu',
      call_id: 'c7',
      actions: [
        { type: 'type', text: 't' },
        { type: 'keypress', keys: ['k'] },
      ],
      pending_safety_checks: [{ id: 's', code: 'c', message: 'm' }],
    },
    {
      type: 'computer_call_output',
      call_id: 'c7',
      output: { type: 'computer_screenshot', image_url: 'http://x' },
    },
    { type: 'tool_search_call', id: 'ts', call_id: 'c8', arguments: { query: 'q' } },
    { type: 'tool_search_output', id: 'to', call_id: 'c8', tools: [tool('h')] },
    { type: 'image_generation_call', id: 'ig', result: 'r' },
    { type: 'code_interpreter_call', id: 'ci', code: 'c', outputs: [{ type: 'logs', logs: 'l' }] },
    {
      type: 'file_search_call',
      id: 'fs',
      queries: ['q'],
      results: [{ file_id: 'f', text: 't', attributes: { a: 'b' } }],
    },
    {
      role: 'user',
      content: [{ type: 'input_file', filename: 'f', file_data: 'data:text/plain;base64,eA==' }],
    },
    { type: 'unknown_item', a: 1 },
  ],
};

/** These do not go together with all others, so each is filled for itself. */
const alone: JsonRecord = {
  messages: [{ role: 'user', content: 'x' }],
  stream_options: { include_obfuscation: false },
  background_options: { a: 'b' },
  previous_response_id: 'resp_1',
  conversation: { id: 'conv_1' },
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'n', schema: tool('r').parameters },
  },
  service_tier: 'auto',
  safety_identifier: 's',
  prompt_cache_key: 'p',
  prompt: { id: 'p', version: '1', variables: { a: 'b' } },
  context_management: [{ type: 'compaction', compact_threshold: 1_000 }],
};

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const isList = Array.isArray(value);
  const inner = Object.entries(value).flatMap(([key, member]) =>
    pathsIn(member, [...path, isList ? Number(key) : key]),
  );
  return path.length === 0 ? inner : [path, ...inner];
}

function replaced(value: unknown, [key, ...rest]: Path, by: (old: unknown) => unknown): unknown {
  if (key === undefined) return by(value);
  if (Array.isArray(value)) {
    return value.map((member: unknown, at) => (at === key ? replaced(member, rest, by) : member));
  }
  const record = value as JsonRecord;
  return { ...record, [key]: replaced(record[key], rest, by) };
}

const times = <Value>(count: number, make: (at: number) => Value): Value[] =>
  Array.from({ length: count }, (_, at) => make(at));
const named = (count: number, make: (at: number) => unknown): object =>
  Object.fromEntries(times(count, (at) => [`k${at}`, make(at)]));

/** Fillers by their name; strings fill as many bytes as `input` may have. */
const fillers: Record<string, (old: unknown) => unknown> = {
  names: () => named(55_000, () => null),
  lists: () => times(100_000, () => []),
  texts: () => times(100_000, (at) => `t${at}`),
  parts: () => times(30_000, () => text('input_text')),
  properties: () => ({ type: 'object', properties: named(14_000, () => ({ type: 'string' })) }),
  references: () => ({
    type: 'object',
    properties: named(14_000, (at) => ({ $ref: `#/$defs/k${at}` })),
    $defs: named(14_000, (at) => ({ $ref: `#/$defs/k${at + 1}` })),
  }),
  choices: () => ({ anyOf: times(25_000, () => ({ type: 'string' })) }),
  deep: () => times(110, () => 0).reduce<unknown>((inner) => ({ a: [inner] }), 1),
  ...Object.fromEntries(
    [
      'a',
      '\\',
      ' ',
      '\n',
      '{"a":',
      '<think>',
      '<tool_call>',
      'https://a/',
      'data:a;base64,',
      '@@\n',
      '\u0000',
      '🙂',
    ].map((unit) => [
      JSON.stringify(unit),
      () => unit.repeat(Math.floor(bytes / Buffer.byteLength(JSON.stringify(unit)))),
    ]),
  ),
};

/** These were the worst once: field, and what it was filled with. */
const found: readonly (readonly [path: string, filler: string])[] = [
  ['tools.0.name', '"https://a/"'],
  ['input.12.tools.0.name', '"https://a/"'],
  ['input.12.tools.0.name', '"\\n"'],
  ['input.4.namespace', '"https://a/"'],
  ['text', 'names'],
  ['reasoning', 'names'],
  ['metadata', 'names'],
  ['input.3.summary', 'names'],
  ['input.12.tools.0.parameters.required', 'names'],
  ['tools.0.parameters', 'references'],
  ['tools.0.parameters', 'properties'],
  ['input.0.content', 'parts'],
  ['input.15.name', '"https://a/"'],
];

/** The thread's own time in milliseconds, the least of several rounds. */
function workOf(work: () => void, rounds: number): number {
  const once = (): number => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  };
  return Math.min(...times(rounds, once));
}

function handle(body: Buffer): void {
  try {
    const parsed = parseCreateResponse(parseJsonBody(body, limits.jsonDepth), limits);
    const { chatRequest } = translate(parsed);
    JSON.stringify(chatRequest);
  } catch (error) {
    // A refusal is an answer, too; anything else is a fault.
    if (!(error instanceof ApiError)) throw error;
  }
}

const names = Buffer.from(JSON.stringify(named(55_000, () => 1)));
const reference = (): number =>
  workOf(() => {
    JSON.parse(names.toString());
  }, 3);

/** How many times the reference a filled field costs. */
function costOf(path: Path, filler: string): number {
  const fill = fillers[filler] ?? (() => undefined);
  const field = String(path[0]);
  const base = field in whole ? whole : { ...whole, [field]: alone[field] };
  const body = Buffer.from(JSON.stringify(replaced(base, path, fill)));
  if (body.length > limits.bodyBytes) return 0;
  const first =
    workOf(() => {
      handle(body);
    }, 1) / usual;
  // Only what takes long is looked at again.
  return first < mostTimes
    ? first
    : workOf(() => {
        handle(body);
      }, 3) / reference();
}

const usual = reference();
const pathOf = (path: string): Path =>
  path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));

describe('the worst input within the limits', () => {
  it('the request that has everything is understood', () => {
    expect(() => translate(parseCreateResponse(whole, limits) as never)).not.toThrow();
  });

  it('has every text, list and object that the checks of a body know', () => {
    const checks = readProjectFile('src/responses/validation/create-response.dto.ts');
    const filled = [...checks.matchAll(/@(?:Text|List|Dictionary|StringOr\w+)\([^)]*\) (\w+)/g)];
    expect(filled.length).toBeGreaterThan(15);
    const names = new Set([...Object.keys(whole), ...Object.keys(alone)]);
    const scalars = new Set(['reasoning_effort']);
    const missing = filled
      .map(([, name = '']) => name)
      .filter((name) => !names.has(name) && !scalars.has(name));
    expect(missing).toEqual([]);
  });

  it('has every type of item', () => {
    const contracts = ['items', 'hosted-items', 'computer'].map((file) =>
      readProjectFile(`src/contracts/responses/${file}.ts`),
    );
    const types = contracts.flatMap((text) => [
      ...text.matchAll(/type: '(\w+_(?:call|output|tools|request))'/g),
    ]);
    expect(types.length).toBeGreaterThan(8);
    const known = JSON.stringify(whole);
    expect(
      types.map(([, type = '']) => type).filter((type) => !known.includes(`"${type}"`)),
    ).toEqual([]);
  });

  it.each(found)('found before: %s filled with %s', (path, filler) => {
    expect(costOf(pathOf(path), filler)).toBeLessThan(mostTimes);
  });

  it('is not found among a sample of all fields and fillers', () => {
    const paths = pathsIn({ ...alone, ...whole });
    const kinds = Object.keys(fillers);
    const pick = <Value>(list: readonly Value[]): Value | undefined =>
      list[Math.floor(Math.random() * list.length)];
    const sample = times(sampleSize, () => [pick(paths) ?? [], pick(kinds) ?? ''] as const);
    const worst = sample
      .map(([path, filler]) => ({ path: path.join('.'), filler, cost: costOf(path, filler) }))
      .filter(({ cost }) => cost >= mostTimes);
    // Whatever stands here belongs into `found`, once it is mended.
    expect(worst).toEqual([]);
  }, 60_000);
});
