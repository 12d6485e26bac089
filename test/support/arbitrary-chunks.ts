import fc from 'fast-check';
import type { ChatChunk } from '../../src/contracts/chat/chunk.js';

/** Makes chat chunks with fast-check: mostly what backends send, now and then what none should. */

const text = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'Hello',
      ' ',
      '\n',
      'wörld',
      '😀',
      '<think>',
      '</think>',
      '<tool_call>',
      '</tool_call>',
      '<function=get_time>',
      '</function>',
      '{"name":"get_time"}',
      '{"a"',
      ':1}',
      '',
    ),
  },
  { weight: 2, arbitrary: fc.string({ maxLength: 12, unit: 'binary' }) },
);

const junk = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.boolean(),
  fc.constant([]),
  fc.constant({}),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
);

/** Makes mostly the value, now and then something of another type, or nothing. */
function loose(arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary },
    { weight: 1, arbitrary: junk },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const toolCall = fc.record(
  {
    index: loose(fc.nat(3)),
    id: loose(fc.constantFrom('call_a', 'call_b', '0', '')),
    type: fc.constant('function'),
    function: loose(
      fc.record(
        { name: loose(fc.constantFrom('get_time', 'get_weather', '')), arguments: loose(text) },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
);

const delta = fc.record(
  {
    role: fc.constant('assistant'),
    content: loose(
      fc.oneof(text, fc.array(fc.record({ type: fc.constant('text'), text }), { maxLength: 2 })),
    ),
    reasoning_content: loose(text),
    reasoning: loose(text),
    reasoning_details: loose(
      fc.array(fc.record({ type: fc.constant('reasoning.text'), text }), { maxLength: 2 }),
    ),
    refusal: loose(text),
    tool_calls: loose(fc.array(toolCall, { maxLength: 3 })),
    function_call: fc.record({ name: fc.constant('get_time'), arguments: text }),
    annotations: loose(
      fc.array(fc.record({ type: fc.constant('url_citation'), url: text }), { maxLength: 2 }),
    ),
  },
  { requiredKeys: [] },
);

const finishReason = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('stop', 'length', 'tool_calls', 'content_filter', 'error', 'odd'),
  },
);

const usage = fc.record(
  {
    prompt_tokens: loose(fc.nat(1000)),
    completion_tokens: loose(fc.nat(1000)),
    total_tokens: loose(fc.nat(2000)),
    completion_tokens_details: loose(fc.record({ reasoning_tokens: fc.nat(10) })),
  },
  { requiredKeys: [] },
);

export const arbitraryChunk = fc.record(
  {
    id: fc.constant('chatcmpl-1'),
    choices: loose(
      fc.array(
        fc.record(
          { index: loose(fc.constant(0)), delta: loose(delta), finish_reason: loose(finishReason) },
          { requiredKeys: [] },
        ),
        { maxLength: 2 },
      ),
    ),
    usage: loose(usage),
  },
  { requiredKeys: ['choices'] },
) as fc.Arbitrary<ChatChunk>;

/** Makes the chunks of one answer, half of them with a proper end. */
export const arbitraryAnswer: fc.Arbitrary<ChatChunk[]> = fc
  .tuple(fc.array(arbitraryChunk, { maxLength: 12 }), fc.boolean())
  .map(([chunks, proper]) =>
    proper ? [...chunks, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }] : chunks,
  );
