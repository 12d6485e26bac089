import { describe, expect, it } from '@jest/globals';
import type { ChatMessage } from '../../contracts/chat/request.js';
import { estimateInputTokens, estimateMessageTokens } from './estimate-tokens.js';

const user = (content: ChatMessage['content']): ChatMessage => ({ role: 'user', content }) as never;

describe('estimateInputTokens', () => {
  it('counts four characters a token and a few tokens for each message', () => {
    const messages = [user('x'.repeat(400)), user('y'.repeat(40))];
    expect(estimateInputTokens({ messages })).toBe(4 + 101 + 4 + 11);
  });

  it('counts an attachment by its usual price, not by its base64', () => {
    const url = `data:image/png;base64,${'A'.repeat(1_000_000)}`;
    const image = user([{ type: 'image_url', image_url: { url } }]);
    expect(estimateMessageTokens(image)).toBeLessThan(1_050);
    expect(estimateMessageTokens(image)).toBeGreaterThan(1_000);
  });

  it('counts tools as the JSON that the model reads', () => {
    const tool = { type: 'function' as const, function: { name: 'f', parameters: {} } };
    const one = estimateInputTokens({ messages: [], tools: [tool] });
    expect(one).toBe(Math.ceil(JSON.stringify([tool]).length / 4));
    expect(estimateInputTokens({ messages: [], tools: [] })).toBe(0);
  });
});
