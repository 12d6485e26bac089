import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../../test/support/translate.js';
import type { BackendDialect } from '../../dialect/dialect.js';

const user = { role: 'user', content: 'x' };
const assistant = { role: 'assistant', content: 'a' };
const reasoning = { type: 'reasoning', summary: [{ type: 'summary_text', text: 'r' }] };
const legacy = { type: 'reasoning', text: 'old' };
const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'c1', output: 'o' };

function assistantOf(items: unknown[], dialect: Partial<BackendDialect> = {}) {
  const { chatRequest, warnings } = translate({ input: [user, ...items] }, dialect);
  return { message: chatRequest.messages[1] as unknown as Record<string, unknown>, warnings };
}

describe('texts of a reasoning item', () => {
  it.each([
    [
      'raw content',
      { content: [{ type: 'reasoning_text', text: 'c' }], summary: [{ text: 's' }] },
      'c',
    ],
    ['summary', { content: null, summary: [{ text: 's' }, { text: 't' }] }, 's\nt'],
    [
      'summary when the content is empty',
      { content: [{ text: '' }, 3], summary: [{ text: 's' }] },
      's',
    ],
    ['legacy text', { text: 'l', summary: [] }, 'l'],
    ['sealed', { summary: [], encrypted_content: 'ours' }, 'opened'],
  ])('%s', (_name, item, text) => {
    const { chatRequest, warnings } = translate(
      { input: [user, { type: 'reasoning', ...item }, assistant] },
      {},
      { openSealedReasoning: (sealed) => (sealed === 'ours' ? 'opened' : undefined) },
    );
    expect(chatRequest.messages[1]!.content).toBe(`<think>${text}</think>\na`);
    expect(warnings).toEqual([]);
  });

  it('warns of what another service sealed, with a key and without', () => {
    const input = [
      user,
      { type: 'reasoning', summary: [], encrypted_content: 'foreign' },
      assistant,
    ];
    const warning = [{ code: 'reasoning_dropped', param: 'input[1]' }];
    expect(translate({ input }).warnings).toEqual(warning);
    expect(translate({ input }, {}, { openSealedReasoning: () => undefined }).warnings).toEqual(
      warning,
    );
  });

  it('finds nothing lost in an empty item', () => {
    const input = [user, { type: 'reasoning', summary: [] }, assistant];
    expect(translate({ input }).warnings).toEqual([]);
  });
});

describe('reasoning goes back as the dialect wants it', () => {
  const tags = { reasoningReplayField: 'think_tags' } as const;
  it.each<[string, unknown[], Partial<BackendDialect>, Record<string, unknown>]>([
    ['tags, text', [reasoning, assistant], tags, { content: '<think>r</think>\na' }],
    ['tags, only calls', [reasoning, call, output], tags, { content: '<think>r</think>' }],
    [
      'tags, several',
      [reasoning, legacy, assistant],
      tags,
      { content: '<think>r\nold</think>\na' },
    ],
    [
      'reasoning_content',
      [reasoning, call, output],
      { reasoningReplayField: 'reasoning_content' },
      { content: null, reasoning_content: 'r' },
    ],
    [
      'reasoning',
      [reasoning, assistant],
      { reasoningReplayField: 'reasoning' },
      { content: 'a', reasoning: 'r' },
    ],
    [
      'legacy is always tags',
      [legacy, reasoning, assistant],
      { reasoningReplayField: 'reasoning_content' },
      { content: '<think>old</think>\na', reasoning_content: 'r' },
    ],
    ['off', [reasoning, assistant], { reasoningReplay: 'off' }, { content: 'a' }],
    [
      'off, legacy',
      [legacy, assistant],
      { reasoningReplay: 'off' },
      { content: '<think>old</think>\na' },
    ],
    [
      'tool turns, no tool',
      [reasoning, assistant],
      { reasoningReplay: 'tool-turns' },
      { content: 'a' },
    ],
    [
      'tool turns, a tool',
      [reasoning, assistant, call, output],
      { reasoningReplay: 'tool-turns' },
      { content: '<think>r</think>\na' },
    ],
  ])('%s', (_name, items, dialect, expected) => {
    const { message, warnings } = assistantOf(items, dialect);
    const { role, tool_calls, ...rest } = message;
    expect(rest).toEqual(expected);
    expect(role).toBe('assistant');
    expect(tool_calls === undefined).toBe(!items.includes(call));
    expect(warnings).toEqual([]);
  });

  it('keeps the reasoning of old tool turns: a prefix that was sent once stays', () => {
    const input = [user, reasoning, call, output, assistant, user];
    const { messages } = translate({ input }, { reasoningReplay: 'tool-turns' }).chatRequest;
    expect(messages[1]!.content).toBe('<think>r</think>');
  });

  it.each<[Partial<BackendDialect>, object]>([
    [
      { missingReasoning: 'calls', reasoningReplayField: 'reasoning_content' },
      { reasoning_content: ' ' },
    ],
    [{ missingReasoning: 'all', reasoningReplayField: 'reasoning' }, { reasoning: ' ' }],
    [{ missingReasoning: 'all', reasoningReplayField: 'think_tags' }, { content: null }],
    [
      { missingReasoning: 'all', reasoningReplayField: 'reasoning', reasoningReplay: 'off' },
      { content: null },
    ],
  ])('a lost thought is %j', (dialect, expected) => {
    const input = [
      { role: 'user', content: 'Hi' },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'x' },
    ];
    const { chatRequest, warnings } = translate({ input }, dialect);
    expect(chatRequest.messages[1]).toMatchObject(expected);
    expect(warnings.some(({ code }) => code === 'reasoning_filled')).toBe(!('content' in expected));
  });

  it('takes inline reasoning parts of any role', () => {
    const part = { type: 'reasoning', text: 'p' };
    const empty = { type: 'reasoning', text: '' };
    const text = { type: 'text', text: 'x' };
    const inAssistant = { role: 'assistant', content: [part, text, empty] };
    expect(assistantOf([inAssistant]).message.content).toBe('<think>p</think>\nx');
    const { messages } = translate({
      input: [
        { role: 'developer', content: [part, text] },
        assistant,
        { role: 'user', content: [text, part] },
        assistant,
      ],
    }).chatRequest;
    expect(messages.map(({ content }) => content)).toEqual([
      'x',
      '<think>p</think>\na',
      'x',
      '<think>p</think>\na',
    ]);
  });

  it.each([
    ['at the end', [user, reasoning], ['x']],
    ['before a user message', [user, reasoning, user], ['x', 'x']],
    [
      'between system messages',
      [{ role: 'system', content: 's' }, reasoning, { role: 'system', content: 't' }, user],
      ['s\n\nt', 'x'],
    ],
  ])('drops reasoning that belongs to nothing: %s', (_name, input, contents) => {
    const { chatRequest, warnings } = translate({ input });
    expect(chatRequest.messages.map(({ content }) => content)).toEqual(contents);
    expect(warnings).toContainEqual({ code: 'reasoning_dropped', param: 'input[1]' });
  });
});
