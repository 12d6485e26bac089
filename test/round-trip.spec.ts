import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChatMessage } from '../src/contracts/chat/request.js';
import type { OutputItem } from '../src/contracts/responses/items.js';
import { dialectNames, resolveDialect } from '../src/responses/backend/dialects/resolve-dialect.js';
import {
  modelFamilies,
  dialectForModel,
} from '../src/responses/backend/families/model-families.js';
import type { BackendDialect } from '../src/responses/translator/dialect/dialect.js';
import { chatOrderProblems } from './support/chat-order-checker.js';
import { fixtureNames, fixtureProfile, fixtureTools, readFixture } from './support/fixtures.js';
import { createHarness, translateAll } from './support/response-stream-harness.js';
import { testDialect } from './support/test-dialect.js';
import { translate } from './support/translate.js';

/**
 * Shows that what we send out we are able to take back in: any list of output items that was ever given out is valid input again,
 * for every dialect, and the chat messages are such that a backend of that dialect takes them.
 */

const dialects: readonly (readonly [name: string, dialect: BackendDialect])[] = [
  ...dialectNames.map((name) => [name, resolveDialect(name, new URL('http://h'))] as const),
  ...modelFamilies.map(({ name }) => {
    const model = name.split(/,| and /)[0] ?? '';
    return [
      `vllm, ${name}`,
      dialectForModel(resolveDialect('vllm', new URL('http://h')), model),
    ] as const;
  }),
];

const outputs: readonly OutputItem[][] = fixtureNames.map((name) => {
  const harness = createHarness({ dialect: testDialect(fixtureProfile(name)) });
  translateAll(readFixture(name), harness);
  return harness.stream.response?.output ?? [];
});

/** Makes what a client sends next: the items as they came, an output for each call, and a word of the user. */
function nextTurn(output: readonly OutputItem[], turn: number): unknown[] {
  const callIds = output.flatMap((item) => ('call_id' in item ? [item.call_id] : []));
  return [
    ...output,
    ...callIds.map((call_id) => ({ type: 'function_call_output', call_id, output: '' })),
    { role: 'user', content: `Go on, ${turn}.` },
  ];
}

/** Says what a strict backend of the dialect refuses. */
function problemsOf(messages: readonly ChatMessage[], dialect: BackendDialect): string[] {
  const problems: string[] = [];
  messages.forEach((message, index) => {
    const at = `messages[${index}]`;
    if (message.role === 'user' && message.content.length === 0) problems.push(`${at} is empty`);
    if (message.role === 'tool') {
      if ('name' in message !== dialect.toolMessageName) problems.push(`${at}.name`);
    }
    if (message.role !== 'assistant') return;
    const { content, tool_calls: calls = [] } = message;
    if (calls.length === 0 && (content === null || content === '')) problems.push(`${at} is empty`);
    if (
      content === null &&
      dialect.contentBesideCalls !== 'null' &&
      dialect.textBesideCalls === 'shown'
    ) {
      problems.push(`${at}.content is null`);
    }
    if (dialect.oneCallPerTurn && calls.length > 1)
      problems.push(`${at} has ${calls.length} calls`);
    for (const call of calls) {
      const parsed: unknown = JSON.parse(call.function?.arguments ?? '{}');
      if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
        problems.push(`${at}: arguments are no object`);
      }
      if (!callIdForms[dialect.callIdFormat].test(call.id)) problems.push(`${at}: call id`);
      if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test((call.function ?? call.custom).name))
        problems.push(`${at}: name`);
    }
    const thought = message as { reasoning_content?: string; reasoning?: string };
    const isNeeded =
      dialect.missingReasoning === 'all' ||
      (dialect.missingReasoning === 'calls' && calls.length > 0);
    const field = dialect.reasoningReplayField;
    if (isNeeded && field !== 'think_tags' && !thought[field]) problems.push(`${at}: no thought`);
  });
  if (dialect.mergeUserMessages) {
    const twice = messages.findIndex(
      ({ role }, index) => role === 'user' && messages[index - 1]?.role === 'user',
    );
    if (twice > 0) problems.push(`messages[${twice}]: two users in a row`);
  }
  return problems;
}

const callIdForms = {
  any: /^/,
  short: /^[A-Za-z0-9_.:-]{1,40}$/,
  word: /^[A-Za-z0-9_-]{1,40}$/,
  alphanumeric9: /^[A-Za-z0-9]{9}$/,
  functions: /^functions\.[A-Za-z0-9_-]+:\d+$/,
};

/** Other servers made these call ids: OpenAI, Kimi, Claude, vLLM, Gemini behind a gateway, and a client that joins two ids. */
const foreignIds = [
  ...['call_1aZ9', 'functions.f:0', 'toolu_01A09q90qw', `chatcmpl-tool-${'0af3'.repeat(8)}`],
  ...[`d556q31u_ts_${'AY89a18eH3Fuco/+='.repeat(20)}`, 'call_1|fc_2'],
];
const sealedByOthers = { encrypted_content: 'gAAAAABo0pqXxW2c' };
const callOf = (call_id: string) => ({
  type: 'function_call',
  id: `fc_${call_id}`,
  call_id,
  name: 'f',
  arguments: '{}',
});
const outputOf = (call_id: string) => ({ type: 'function_call_output', call_id, output: 'o' });

/** OpenAI's own server made this conversation, and other models' after it; nothing that is sealed in it can be opened here. */
const foreign = [
  { id: 'cmp_1', type: 'compaction', ...sealedByOthers },
  outputOf('call_inCompaction'),
  { id: 'rs_1', type: 'reasoning', summary: [], ...sealedByOthers },
  {
    id: 'ws_1',
    type: 'web_search_call',
    status: 'completed',
    action: { type: 'search', query: 'q' },
  },
  { id: 'ctc_1', type: 'custom_tool_call', call_id: 'call_2bY8', name: 'c', input: 'x' },
  { type: 'custom_tool_call_output', call_id: 'call_2bY8', output: 'o' },
  { id: 'mcp_1', type: 'mcp_call', server_label: 's', name: 'm', arguments: '{}', output: 'o' },
  { type: 'item_reference', id: 'rs_kept_at_openai' },
  {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: 'a' }],
  },
  { role: 'user', content: 'Go on.' },
  ...foreignIds.flatMap((id) => [
    { id: `rs_${id}`, type: 'reasoning', summary: [], ...sealedByOthers },
    callOf(id),
    outputOf(id),
  ]),
  { role: 'user', content: 'Go on with another model.' },
];

describe.each(dialects)('%s', (_name, dialect) => {
  const check = (input: unknown[]): void => {
    const { chatRequest } = translate(
      { tools: fixtureTools, input: [{ role: 'user', content: 'Hi' }, ...input] },
      dialect,
    );
    expect(problemsOf(chatRequest.messages, dialect)).toEqual([]);
    if (dialect.toolTelling === 'native' && dialect.textBesideCalls !== 'apart') {
      expect(chatOrderProblems(chatRequest.messages)).toEqual([]);
    }
  };

  it('goes on with a conversation that other servers made', () => {
    const input = [{ role: 'user', content: 'Hi' }, ...foreign];
    const { chatRequest, warnings } = translate({ tools: fixtureTools, input }, dialect);
    expect(problemsOf(chatRequest.messages, dialect)).toEqual([]);
    expect(JSON.stringify(chatRequest)).not.toContain(sealedByOthers.encrypted_content);
    const codes = new Set(warnings.map(({ code }) => code));
    const lost = ['compaction_dropped', 'item_skipped', 'reasoning_dropped', 'tool_output_moved'];
    expect([...codes]).toEqual(expect.arrayContaining(lost));
  });

  it('takes every answer back', () => {
    outputs.forEach((output, index) => {
      check(nextTurn(output, index));
    });
  });

  it('takes any conversation of them back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(outputs.length - 1), { maxLength: 4 }), (picks) => {
        // Call ids are made anew in each harness, so a conversation numbers them by its turns.
        const turns = picks.map((pick, turn) => {
          const text = JSON.stringify(nextTurn(outputs[pick] ?? [], turn));
          return JSON.parse(text.replaceAll('call_', `call_${turn}_`)) as unknown[];
        });
        check(turns.flat());
      }),
      { numRuns: 25 },
    );
  });
});
