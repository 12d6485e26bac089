import { describe, expect, it } from '@jest/globals';
import type { ChatMessage } from '../../../contracts/chat/request.js';
import { estimateInputTokens } from '../../translator/estimate-tokens.js';
import { fitMessages } from './fit-request.js';

const system: ChatMessage = { role: 'system', content: 'Be brief.' };
const user = (content: string): ChatMessage => ({ role: 'user', content });
const call = (id: string): ChatMessage => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: '{}' } }],
});
const output = (id: string, length: number): ChatMessage => ({
  role: 'tool',
  tool_call_id: id,
  content: 'x'.repeat(length),
});
const request = (messages: ChatMessage[]) => ({ model: 'm', stream: true as const, messages });

describe('a conversation that is too long to be summarised', () => {
  it('stays as it is when it fits', () => {
    const messages = [system, user('a'), call('1'), output('1', 9_000), user('Sum up.')];
    expect(fitMessages(request(messages), 100_000)).toEqual(messages);
  });

  it('has its oldest outputs cut first', () => {
    const messages = [
      ...[system, user('a'), call('1'), output('1', 9_000)],
      ...[call('2'), output('2', 9_000), user('Sum up.')],
    ];
    const fitted = fitMessages(request(messages), 3_500);
    expect(fitted).toHaveLength(messages.length);
    expect(fitted[3]?.content).toHaveLength(2_001);
    expect(fitted[5]).toEqual(messages[5]);
  });

  it('loses its oldest rounds, no output without its call, neither the first word nor the last', () => {
    const rounds = Array.from({ length: 20 }, (_, index) => [
      call(String(index)),
      output(String(index), 1_900),
    ]).flat();
    const messages = [system, user('a'), ...rounds, user('Sum up.')];
    const fitted = fitMessages(request(messages), 2_000);
    expect(fitted.slice(0, 2)).toEqual([system, user('a')]);
    expect(fitted[2]?.role).toBe('assistant');
    expect(fitted.at(-1)).toEqual(user('Sum up.'));
    expect(fitted).toEqual([...messages.slice(0, 2), ...messages.slice(-(fitted.length - 2))]);
    const size = estimateInputTokens(request(fitted));
    expect(size).toBeLessThanOrEqual(2_000);
    expect(size).toBeGreaterThan(1_000);
  });

  it('is its first word and its last at least', () => {
    const messages = [user('a'), call('1'), output('1', 1_900), user('Sum up.')];
    expect(fitMessages(request(messages), 1)).toEqual([user('a'), user('Sum up.')]);
  });
});
