import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonRecord } from '../src/common/json.js';
import type { ChatChunk } from '../src/contracts/chat/chunk.js';
import type { InputItem } from '../src/contracts/responses/items.js';
import { isResponsesRequest } from '../src/responses/translator/backend-request.js';
import type { BackendDialect } from '../src/responses/translator/dialect/dialect.js';
import { toBackendRequest } from '../src/responses/translator/request/to-backend-request.js';
import { ToolAdapterSet } from '../src/responses/translator/tools/tool-adapter-set.js';
import { toolAdapters } from '../src/responses/translator/tools/tool-adapters.js';
import { WarningCollector } from '../src/responses/translator/warning.js';
import { chatOrderProblems } from './support/chat-order-checker.js';
import { readResponsesFixture } from './support/responses-fixtures.js';
import { createHarness, translateAll } from './support/response-stream-harness.js';
import { ChatChunks } from './support/scripted-backend.js';
import { capableDialect } from './support/translate.js';

/**
 * One conversation goes to backends of both kinds in any order. Whatever the one before said, the next one gets a request that it
 * can take: never what another one sealed, no item of a tool that it does not know, and each call with its output.
 */

interface Target {
  name: string;
  dialect: BackendDialect;
  answer: (turn: number) => ChatChunk[];
}

const answers = [
  ...['openai-reasoning-call-and-text', 'openai-sealed-reasoning-without-summary'],
  ...['openai-web-search-with-annotations', 'openai-custom-tool-call', 'openai-refusal'],
];

/** Its ids and seals name the backend and the turn. */
function played(fixture: string, vendor: string, turn: number): ChatChunk[] {
  const text = JSON.stringify(readResponsesFixture(fixture))
    .replace(/gAAAsealed\d/g, `gAAA${vendor}${turn}`)
    .replace(/"((?:rs|ws|ctc|msg|fc|call)_\w+)"/g, `"$1${turn}"`);
  return JSON.parse(text) as ChatChunk[];
}

function speaksResponses(name: string, changes: Partial<BackendDialect>): Target {
  const fields = new Set(['reasoning', 'include']);
  const dialect = capableDialect({
    ...{ name, api: 'responses', vendor: name, responsesReasoning: 'sealed' },
    ...{ responsesTools: [], allowedFields: fields, ...changes },
  });
  // A backend makes calls of the tools that it was told of.
  const known = answers.filter(
    (fixture) => dialect.responsesTools.length > 0 || !/web-search|custom/.test(fixture),
  );
  return { name, dialect, answer: (turn) => played(known[turn % known.length] ?? '', name, turn) };
}

function speaksChat(
  name: string,
  changes: Partial<BackendDialect>,
  state: (turn: number) => { delta?: JsonRecord; call?: object },
): Target {
  const chunks = new ChatChunks('m');
  return {
    name,
    dialect: capableDialect({ name, ...changes }),
    answer: (turn) => {
      const { delta, call } = state(turn);
      const made = {
        ...{ index: 0, id: `call_chat1234${turn}`, type: 'function', ...call },
        function: { name: 'get_time', arguments: '{}' },
      };
      return [
        chunks.reasoning(`Thought of ${name} ${turn}.`),
        ...(delta === undefined ? [] : [chunks.choice(delta)]),
        ...(turn % 2 === 0 ? [chunks.text('Well.')] : [chunks.choice({ tool_calls: [made] })]),
        chunks.finish(turn % 2 === 0 ? 'stop' : 'tool_calls'),
      ] as ChatChunk[];
    },
  };
}

const targets: readonly Target[] = [
  speaksResponses('house', { responsesTools: ['custom', 'web_search'] }),
  speaksResponses('elsewhere', {}),
  speaksResponses('reader', { responsesReasoning: 'text', fileParts: false }),
  speaksChat('plain', { fileParts: false, images: 'none' }, () => ({})),
  speaksChat('router', { reasoningDetails: true }, (turn) => ({
    delta: { reasoning_details: [{ type: 'reasoning.encrypted', data: `gAAArouter${turn}` }] },
  })),
  speaksChat('signer', { thoughtSignatures: true }, (turn) => ({
    call: { extra_content: { google: { thought_signature: `gAAAsigner${turn}` } } },
  })),
];

const tools = [
  { type: 'function', name: 'get_time', parameters: { type: 'object', properties: {} } },
  { type: 'custom', name: 'apply_patch' },
  { type: 'web_search' },
];

const parts = [
  { type: 'input_text', text: 'Go on.' },
  { type: 'input_image', image_url: 'https://images.example/a.png' },
  { type: 'input_file', file_url: 'https://files.example/a.pdf' },
  { type: 'input_file', filename: 'a.zip', file_data: 'data:application/zip;base64,AAAA' },
  { type: 'input_file', file_id: 'file-of-house' },
];

/** Says what a backend that speaks Responses refuses. */
function itemProblems(input: readonly InputItem[], { responsesTools }: BackendDialect): string[] {
  const problems: string[] = [];
  const waiting = new Set<unknown>();
  for (const { type, call_id, status, ...item } of input) {
    if (type.startsWith('custom_') && !responsesTools.includes('custom')) problems.push(type);
    if (type === 'web_search_call' && !responsesTools.includes('web_search')) problems.push(type);
    if (type.endsWith('_output') && !waiting.delete(call_id)) problems.push(`${type}: no call`);
    if (type === 'function_call' || type === 'custom_tool_call') waiting.add(call_id);
    if (status === 'failed' || item.role === null) problems.push(`${type}: ${String(status)}`);
  }
  return [...problems, ...[...waiting].map((id) => `${String(id)}: no output`)];
}

function outputOf(item: JsonRecord): InputItem[] {
  if (item.type !== 'function_call' && item.type !== 'custom_tool_call') return [];
  const type = item.type === 'function_call' ? 'function_call_output' : 'custom_tool_call_output';
  return [{ type, call_id: item.call_id, output: 'Done.' }];
}

/** Asks a target, checks what it is sent, and gives what it answered. */
function ask(
  target: Target,
  conversation: readonly InputItem[],
  { isStored, turn }: { isStored: boolean; turn: number },
): InputItem[] {
  const { dialect, name } = target;
  const warnings = new WarningCollector();
  const adapters = new ToolAdapterSet(toolAdapters);
  const carried = isStored ? [] : conversation;
  const input = [...carried, { type: 'message', role: 'user', content: `Turn ${turn}.` }];
  const asked = toBackendRequest(
    { model: 'm', input, tools },
    {
      ...{ dialect, adapters, warnings },
      ...(isStored ? { history: conversation } : {}),
      openSealedReasoning: (sealed) => (sealed.startsWith('own:') ? sealed.slice(4) : undefined),
    },
  );
  const { backendRequest } = asked;
  const text = JSON.stringify(backendRequest);
  const seals = [...text.matchAll(/gAAA([a-z]+)\d/g)].map(([, vendor]) => vendor);
  expect(seals.filter((vendor) => vendor !== name)).toEqual([]);
  expect(text).toContain(`Turn ${turn}.`);
  expect(
    isResponsesRequest(backendRequest)
      ? itemProblems(backendRequest.input, dialect)
      : chatOrderProblems(backendRequest.messages),
  ).toEqual([]);
  // What only another one can read is lost, and not in silence.
  const isForeign = ({ type, by }: JsonRecord): boolean =>
    type === 'reasoning' && by !== name && String(by) !== 'plain';
  if (dialect.responsesReasoning === 'sealed' && conversation.some(isForeign)) {
    expect(warnings.list().map(({ code }) => code)).toContain('reasoning_dropped');
  }
  const harness = createHarness({
    ...{ dialect, adapters, tools: asked.tools },
    sealReasoning: (thought) => `own:${thought}`,
  });
  translateAll(target.answer(turn), harness);
  const output = (harness.stream.response?.output ?? []) as unknown as InputItem[];
  expect(output.length).toBeGreaterThan(0);
  return [...output.map((item) => ({ ...item, by: name })), ...output.flatMap(outputOf)];
}

it('a conversation goes on at a backend of either kind, whoever answered before', () => {
  const step = fc.record({
    target: fc.constantFrom(...targets),
    isStored: fc.boolean(),
    part: fc.constantFrom(...parts),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 8 }), fc.boolean(), (steps, hasFiles) => {
      let conversation: InputItem[] = [];
      for (const [turn, { target, isStored, part }] of steps.entries()) {
        const added = ask(target, conversation, { isStored: isStored || hasFiles, turn });
        // What a client carries itself it could mend, so a file that a backend does not take is a 400 there.
        const said = { type: 'message', role: 'user', content: [hasFiles ? part : parts[0]] };
        conversation = [...conversation, ...added, said];
      }
    }),
    { numRuns: 300 },
  );
});
