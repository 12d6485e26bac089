import { expect, it } from '@jest/globals';
import { expectedTokens, UsedTokensReader } from './used-tokens.js';

const reader = (...chunks: Record<string, unknown>[]): UsedTokensReader => {
  const reading = new UsedTokensReader(7);
  reading.read(chunks);
  return reading;
};

it.each([[{ max_tokens: 20 }], [{ max_completion_tokens: 20 }], [{ max_output_tokens: 20 }]])(
  'reserves what the request allows: %j',
  (request) => {
    expect(expectedTokens(5, request)).toEqual({ input: 5, cached: 0, output: 20 });
  },
);

it('nothing is used before an answer has begun', () => {
  expect(reader().used).toEqual({ input: 0, cached: 0, output: 0 });
});

it.each([
  [
    'chat',
    {
      choices: [],
      usage: {
        prompt_tokens: 9,
        completion_tokens: 4,
        prompt_tokens_details: { cached_tokens: 8 },
      },
    },
  ],
  [
    'Responses',
    {
      type: 'response.completed',
      response: {
        usage: {
          input_tokens: 9,
          input_tokens_details: { cached_tokens: 8 },
          output_tokens: 4,
        },
      },
    },
  ],
])('reads what a backend of %s says it has used', (_api, chunk) => {
  expect(reader(chunk).used).toEqual({ input: 9, cached: 8, output: 4 });
});

const text = 'twelve words '.repeat(40);

it.each([
  ['chat', { choices: [{ delta: { content: text } }] }],
  ['Responses', { type: 'response.output_text.delta', delta: text }],
])('estimates an answer of %s that was cut before its usage', (_api, chunk) => {
  const { input, output } = reader(chunk).used;
  expect(input).toBe(7);
  expect(output).toBeGreaterThan(80);
});
