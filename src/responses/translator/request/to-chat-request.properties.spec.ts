import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { chatOrderProblems } from '../../../../test/support/chat-order-checker.js';
import { translate } from '../../../../test/support/translate.js';
import type { BackendDialect } from '../dialect/dialect.js';

const RUNS = { numRuns: 1_000 };
type Item = Record<string, unknown>;

const word = fc.constantFrom('', 'a', 'b c', 'grüß 👋');
const callId = fc.constantFrom('c1', 'c2', 'c3');

const message = fc.record({
  role: fc.constantFrom('user', 'assistant', 'system', 'developer'),
  content: fc.oneof(
    word,
    fc.array(
      fc.oneof(
        fc.record({ type: fc.constant('input_text'), text: word }),
        fc.record({ type: fc.constant('reasoning'), text: word }),
        fc.constant({ type: 'input_image', image_url: 'data:image/png;base64,AA' }),
        fc.constant({ type: 'input_video' }),
      ),
      { maxLength: 3 },
    ),
  ),
});
const reasoning = fc.record({
  type: fc.constant('reasoning'),
  summary: fc.array(fc.record({ type: fc.constant('summary_text'), text: word }), { maxLength: 2 }),
});
const call = fc.record(
  {
    type: fc.constant('function_call'),
    call_id: callId,
    name: fc.constantFrom('f', 'g.h'),
    arguments: fc.constantFrom('', '{}', '{"a":1}', '"{}"'),
  },
  { requiredKeys: ['type', 'name', 'arguments'] },
);
const outputValue = fc.constantFrom<unknown>('o', null, { output: 'x' }, [
  { type: 'input_image', image_url: 'data:image/png;base64,AA' },
]);
const output = fc.record({
  type: fc.constant('function_call_output'),
  call_id: callId,
  output: outputValue,
});
const unknown = fc.constant({ type: 'web_search_call' });

/** Items come in any order at all; outputs of calls that never came are taken out, since those are a 400. */
const wildHistory = fc
  .array(fc.oneof(message, reasoning, call, output, unknown), { minLength: 1, maxLength: 14 })
  .map((items: Item[]) => {
    const called = new Set<unknown>();
    return items.filter((item) => {
      if (item.type === 'function_call') called.add(item.call_id);
      return item.type !== 'function_call_output' || called.has(item.call_id);
    });
  })
  .map((items) => [...items, { role: 'user', content: 'end' }]);

/** Makes a round as a model and its client make it: reasoning, text, parallel calls, their outputs in any order. */
const round = (prefix: string) =>
  fc
    .record({
      reasoning: fc.option(reasoning, { nil: undefined }),
      text: fc.option(word, { nil: undefined }),
      calls: fc.integer({ min: 1, max: 3 }),
      reversed: fc.boolean(),
      output: outputValue,
    })
    .map((shape): Item[] => {
      const ids = Array.from({ length: shape.calls }, (_, index) => `${prefix}_${index}`);
      const outputs = ids.map((id) => ({
        type: 'function_call_output',
        call_id: id,
        output: shape.output,
      }));
      return [
        ...(shape.reasoning === undefined ? [] : [shape.reasoning]),
        ...(shape.text === undefined ? [] : [{ role: 'assistant', content: shape.text }]),
        ...ids.map((id) => ({ type: 'function_call', call_id: id, name: 'f', arguments: '{}' })),
        ...(shape.reversed ? outputs.reverse() : outputs),
      ];
    });
const answer = fc
  .tuple(fc.option(reasoning, { nil: undefined }), word)
  .map(([thought, text]): Item[] => [
    ...(thought === undefined ? [] : [thought]),
    { role: 'assistant', content: text },
    { role: 'user', content: 'next' },
  ]);
const turn = (prefix: string) => fc.oneof(round(prefix), answer);
const history = fc
  .tuple(wildHistory, turn('r1'), turn('r2'))
  .map(([head, first, second]): Item[] => [...head, ...first, ...second]);

const dialect = fc.record<Partial<BackendDialect>>({
  mergeUserMessages: fc.boolean(),
  reasoningReplay: fc.constantFrom('off', 'tool-turns', 'full'),
  reasoningReplayField: fc.constantFrom('think_tags', 'reasoning_content', 'reasoning'),
  callIdFormat: fc.constantFrom('any', 'short', 'word', 'alphanumeric9', 'functions'),
});

function messagesOf(input: Item[], settings: Partial<BackendDialect>) {
  return translate({ instructions: 'i', input }, settings).chatRequest.messages;
}

describe('properties of the chat request', () => {
  it('every history becomes a valid chat order', () => {
    fc.assert(
      fc.property(wildHistory, dialect, (input, settings) => {
        const problems = chatOrderProblems(messagesOf(input, settings));
        if (problems.length > 0) throw new Error(problems.join('\n'));
      }),
      RUNS,
    );
  });

  it('the messages of a history are a prefix of those of its continuation', () => {
    fc.assert(
      fc.property(history, turn('r3'), dialect, (before, further, settings) => {
        const prefix = messagesOf(before, settings);
        const longer = messagesOf([...before, ...further], settings);
        return JSON.stringify(longer.slice(0, prefix.length)) === JSON.stringify(prefix);
      }),
      RUNS,
    );
  });

  it('the same input gives the same bytes, and is not changed', () => {
    fc.assert(
      fc.property(history, dialect, (input, settings) => {
        const tools = [
          { type: 'function', name: 'f' },
          { type: 'custom', name: 'g.h' },
        ];
        const body = { input, tools, tool_choice: 'auto' as const, temperature: 0.5 };
        const before = JSON.stringify(body);
        const first = JSON.stringify(translate(body, settings).chatRequest);
        const copy = JSON.parse(before) as typeof body;
        const reordered = Object.fromEntries(Object.entries(copy).reverse());
        const second = JSON.stringify(translate(reordered, settings).chatRequest);
        return first === second && JSON.stringify(body) === before;
      }),
      RUNS,
    );
  });
});
