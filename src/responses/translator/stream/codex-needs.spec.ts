import { describe, expect, it } from '@jest/globals';
import { createHarness, translateAll } from '../../../../test/support/response-stream-harness.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { ChatRequest } from '../../../contracts/chat/request.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import { estimateInputTokens } from '../estimate-tokens.js';

/** docs/codex.md says why: a message with a refusal is dropped, and usage decides when Codex compacts. */

const chunk = (delta: object, finish_reason: string | null = null, more = {}): ChatChunk => ({
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
const final = (events: readonly ResponseEvent[]) =>
  (events.at(-1) as Extract<ResponseEvent, { response: object }>).response;

describe('refusals as text', () => {
  it('join the text of the message, with one warning', () => {
    const harness = createHarness({ refusalsAsText: true });
    const events = translateAll(
      [chunk({ refusal: 'I can' }), chunk({ refusal: 'not.' }), chunk({}, 'stop')],
      harness,
    );
    expect(final(events).output).toMatchObject([
      { type: 'message', content: [{ type: 'output_text', text: 'I cannot.' }] },
    ]);
    expect(events.some((event) => event.type.startsWith('response.refusal'))).toBe(false);
    expect(harness.warnings.list()).toMatchObject([{ code: 'content_part_mapped', param: null }]);
  });
});

describe('usage that the backend does not tell', () => {
  const answer = (usage?: object) => [
    chunk({ content: 'x'.repeat(40) }),
    chunk({}, 'stop', usage === undefined ? {} : { usage }),
  ];

  it.each([
    ['missing', undefined],
    ['all zero', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
  ])('%s: is estimated, with a warning', (_name, usage) => {
    const harness = createHarness({ estimateInputTokens: () => 100 });
    expect(final(translateAll(answer(usage), harness)).usage).toEqual({
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: 10,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 110,
    });
    expect(harness.warnings.list()).toMatchObject([{ code: 'usage_estimated', param: null }]);
  });

  it('is not looked at when the backend tells it', () => {
    const estimateInputTokens = (): number => {
      throw new Error('not needed');
    };
    const harness = createHarness({ estimateInputTokens });
    const usage = { prompt_tokens: 7, completion_tokens: 1 };
    expect(final(translateAll(answer(usage), harness)).usage).toMatchObject({ total_tokens: 8 });
    expect(harness.warnings.list()).toEqual([]);
  });
});

describe('estimateInputTokens', () => {
  const request = (content: ChatRequest['messages'][number]['content']): ChatRequest => ({
    model: 'm',
    stream: true,
    messages: [{ role: 'user', content: content as string }],
  });

  it('is a quarter of the characters of messages and tools', () => {
    const few = estimateInputTokens(request('x'));
    expect(estimateInputTokens(request('x'.repeat(4_001))) - few).toBe(1_000);
    const tool = {
      type: 'function' as const,
      function: { name: 'f', description: 'd'.repeat(400) },
    };
    expect(estimateInputTokens({ ...request('x'), tools: [tool] }) - few).toBeGreaterThan(100);
  });

  it('counts an image by its price, not by its bytes', () => {
    const url = `data:image/png;base64,${'A'.repeat(1_000_000)}`;
    const parts = [{ type: 'image_url' as const, image_url: { url } }];
    const tokens = estimateInputTokens(request(parts));
    expect(tokens).toBeGreaterThan(1_000);
    expect(tokens).toBeLessThan(1_100);
  });
});
