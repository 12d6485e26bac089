import { describe, expect, it } from '@jest/globals';
import { chatOrderProblems } from '../../../../../test/support/chat-order-checker.js';
import { refusal, translate } from '../../../../../test/support/translate.js';

describe('hybrid chat messages', () => {
  it('come before input, under the same rules, with their names', () => {
    const { chatRequest, warnings } = translate({
      messages: [
        { role: 'system', content: 's' },
        { role: 'user', name: 'ann', content: [{ type: 'text', text: 'hi' }] },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
            { type: 'function', function: { name: 'g', arguments: null } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: '1' },
        { role: 'tool', content: '2' },
        { role: 'assistant', content: 'ok', reasoning_content: 'r' },
        { role: 'assistant', content: null, refusal: 'no' },
      ],
      input: 'next',
    });
    expect(chatRequest.messages).toEqual([
      { role: 'system', content: 's' },
      { role: 'user', name: 'ann', content: 'hi' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
          { id: 'call_g_1', type: 'function', function: { name: 'g', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', name: 'f', content: '1' },
      { role: 'tool', tool_call_id: 'call_g_1', name: 'g', content: '2' },
      { role: 'assistant', content: '<think>r</think>\nok\n\nno' },
      { role: 'user', content: 'next' },
    ]);
    expect(warnings).toEqual([]);
  });

  it('reads the legacy function_call and its answer', () => {
    const { chatRequest } = translate({
      messages: [
        { role: 'user', content: 'x' },
        {
          role: 'assistant',
          content: null,
          function_call: { name: 'f', arguments: '{}' },
          reasoning: 'r',
        },
        { role: 'function', name: 'f', content: '1' },
      ],
    });
    expect(chatOrderProblems(chatRequest.messages)).toEqual([]);
    expect(chatRequest.messages[1]).toMatchObject({ content: '<think>r</think>' });
    expect(chatRequest.messages[2]).toMatchObject({ role: 'tool', content: '1' });
  });

  it('says that names of other speakers are not sent', () => {
    const { warnings } = translate({
      messages: [
        { role: 'system', name: 'a', content: 's' },
        { role: 'assistant', name: 'b', content: 't' },
        { role: 'user', content: 'x' },
      ],
    });
    expect(warnings).toEqual([
      { code: 'field_ignored', param: 'messages[0].name' },
      { code: 'field_ignored', param: 'messages[1].name' },
    ]);
  });

  it('joins named users only under one name', () => {
    const say = (name: string | undefined, content: string) => ({ role: 'user', name, content });
    const merged = (first: string | undefined, second: string | undefined) =>
      translate({ messages: [say(first, 'a'), say(second, 'b')] }, { mergeUserMessages: true })
        .chatRequest.messages;
    expect(merged('ann', 'ann')).toEqual([{ role: 'user', name: 'ann', content: 'a\n\nb' }]);
    expect(merged('ann', 'bob')).toEqual([{ role: 'user', content: 'a\n\nb' }]);
  });

  it.each([
    ['x', 'messages[0]', 'invalid_type'],
    [{ content: 'x' }, 'messages[0]', 'invalid_type'],
    [{ role: 'critic', content: 'x' }, 'messages[0].role', 'invalid_value'],
    [
      { role: 'assistant', tool_calls: ['x'] },
      'messages[0].tool_calls[0].function',
      'missing_required_parameter',
    ],
    [
      { role: 'assistant', tool_calls: [{ id: 'c' }] },
      'messages[0].tool_calls[0].function',
      'missing_required_parameter',
    ],
    [
      { role: 'assistant', tool_calls: [{ id: 'c', function: {} }] },
      'messages[0].tool_calls[0].function.name',
      'missing_required_parameter',
    ],
    [
      { role: 'tool', tool_call_id: 'x', content: '' },
      'messages[0].tool_call_id',
      'orphan_tool_output',
    ],
  ])('refuses %j', (message, param, code) => {
    expect(refusal(() => translate({ messages: [message] }))).toEqual({ status: 400, code, param });
  });
});
