import { describe, expect, it } from '@jest/globals';
import type { ChatMessage } from '../../../../contracts/chat/request.js';
import { WarningCollector } from '../../warning.js';
import { truncateMessages, type TruncationLimit } from './truncate-messages.js';

const system: ChatMessage = { role: 'system', content: 'Be brief.' };
const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });
const call: ChatMessage = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
};
const output: ChatMessage = { role: 'tool', tool_call_id: 'c1', content: 'x'.repeat(400) };

function truncate(
  messages: ChatMessage[],
  limit: Partial<TruncationLimit>,
): { kept: ChatMessage[]; warnings: number } {
  const warnings = new WarningCollector();
  const whole = { contextTokens: 1_000, maxOutputTokens: 0, otherTokens: 0, ...limit };
  const kept = truncateMessages(messages, whole, warnings);
  return { kept, warnings: warnings.list().length };
}

describe('truncateMessages', () => {
  const long = [system, user('one'), call, output, user('two'), assistant('2'), user('three')];

  it('keeps what fits, silently', () => {
    expect(truncate(long, {})).toEqual({ kept: long, warnings: 0 });
  });

  it('leaves out whole turns from the oldest on, and keeps the system message', () => {
    const { kept, warnings } = truncate(long, { contextTokens: 60 });
    expect(kept).toEqual([system, user('two'), assistant('2'), user('three')]);
    expect(warnings).toBe(1);
  });

  it('never drops the latest turn, with the calls in it', () => {
    const messages = [system, user('one'), assistant('1'), user('two'), call, output];
    expect(truncate(messages, { contextTokens: 10 }).kept).toEqual([system, ...messages.slice(3)]);
  });

  it('counts the answer and the tools', () => {
    expect(truncate(long, { contextTokens: 400, maxOutputTokens: 340 }).kept).toHaveLength(4);
    expect(truncate(long, { contextTokens: 400, otherTokens: 350 }).kept).toHaveLength(4);
    expect(truncate(long, { contextTokens: 400, maxOutputTokens: undefined }).kept).toEqual(long);
  });

  it('a single turn stays as it is, however long', () => {
    const messages = [system, user('x'.repeat(10_000))];
    expect(truncate(messages, { contextTokens: 10 })).toEqual({ kept: messages, warnings: 0 });
  });
});
