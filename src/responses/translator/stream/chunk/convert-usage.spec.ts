import { describe, expect, it } from '@jest/globals';
import { addUsage, convertUsage } from './convert-usage.js';

const usageOf = (chunk: Record<string, unknown>, choice?: Record<string, unknown>) =>
  convertUsage(chunk, choice);

describe('what an answer used', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown> | undefined]>([
    ['in the chunk', { usage: { prompt_tokens: 9, completion_tokens: 4 } }, undefined],
    ['as Responses names it', { usage: { input_tokens: 9, output_tokens: 4 } }, undefined],
    [
      "in Groq's place",
      { x_groq: { usage: { prompt_tokens: 9, completion_tokens: 4 } } },
      undefined,
    ],
    ["in Moonshot's place", {}, { usage: { prompt_tokens: 9, completion_tokens: 4 } }],
  ])('is found %s', (_place, chunk, choice) => {
    expect(usageOf(chunk, choice)).toMatchObject({
      input_tokens: 9,
      output_tokens: 4,
      total_tokens: 13,
    });
  });

  it.each([
    [{}, undefined],
    [{ usage: null }, undefined],
    [{ usage: { total_tokens: 3 } }, undefined],
    [{ usage: { prompt_tokens: 3 } }, { input_tokens: 3, output_tokens: 0, total_tokens: 3 }],
    [{ usage: { completion_tokens: 3 } }, { input_tokens: 0, output_tokens: 3, total_tokens: 3 }],
  ])('%j', (chunk, expected) => {
    const usage = usageOf(chunk);
    if (expected === undefined) expect(usage).toBeUndefined();
    else expect(usage).toMatchObject(expected);
  });

  it.each([
    [{ prompt_tokens_details: { cached_tokens: 2 } }],
    [{ input_tokens_details: { cached_tokens: 2 } }],
    [{ prompt_cache_hit_tokens: 2 }],
    [{ cached_tokens: 2 }],
    [{ cache_read_input_tokens: 2 }],
    [{ cached_content_token_count: 2 }],
  ])('counts what the cache had: %j', (said) => {
    const usage = usageOf({ usage: { prompt_tokens: 9, ...said } });
    expect(usage?.input_tokens_details.cached_tokens).toBe(2);
  });

  it.each([
    [{ completion_tokens_details: { reasoning_tokens: 3 } }],
    [{ output_tokens_details: { thinking_tokens: 3 } }],
    [{ reasoning_tokens: 3 }],
    [{ thinking_tokens: 3 }],
    [{ thoughts_token_count: 3 }],
  ])('counts the thoughts: %j', (said) => {
    const usage = usageOf({ usage: { prompt_tokens: 9, completion_tokens: 4, ...said } });
    expect(usage?.output_tokens_details.reasoning_tokens).toBe(3);
    expect(usage?.output_tokens).toBe(4);
  });

  it.each([['cache_write_tokens'], ['cache_creation_tokens']])(
    'counts what the cache took, by the name %s',
    (name) => {
      const usage = usageOf({ usage: { prompt_tokens: 9, prompt_tokens_details: { [name]: 5 } } });
      expect(usage?.input_tokens_details.cache_write_tokens).toBe(5);
    },
  );

  it("has llama.cpp's cache beside it", () => {
    const usage = usageOf({ usage: { prompt_tokens: 9 }, timings: { cache_n: 6 } });
    expect(usage?.input_tokens_details.cached_tokens).toBe(6);
  });

  it('of two answers is the sum, and that of one where the other has none', () => {
    const one = usageOf({ usage: { prompt_tokens: 9, completion_tokens: 4 } })!;
    expect(addUsage(one, one)).toMatchObject({
      input_tokens: 18,
      output_tokens: 8,
      total_tokens: 26,
    });
    expect([addUsage(one, null), addUsage(null, one), addUsage(null, null)]).toEqual([
      one,
      one,
      null,
    ]);
  });
});
