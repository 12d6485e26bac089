import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventViolations } from '../../../../testing/event-invariants.js';
import {
  createHarness,
  translateAll,
} from '../../../../../test/support/response-stream-harness.js';
import type { ChatChunk } from '../../../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../../../contracts/responses/events.js';
import { ToolRegistry } from '../../tools/tool-registry.js';

const chunk = (delta: object, finish_reason: string | null = null): ChatChunk => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const started = (name: string, input = '', index = 0) =>
  chunk({ tool_calls: [{ index, id: `call_${index}`, type: 'custom', custom: { name, input } }] });
const more = (input: string, index = 0) => chunk({ tool_calls: [{ index, custom: { input } }] });

function run(chunks: ChatChunk[]) {
  const tools = new ToolRegistry();
  for (const name of ['exec', 'apply_patch']) tools.register({ type: 'custom', name }, null);
  tools.register({ type: 'function', name: 'f' }, null);
  const under = createHarness({ tools });
  const events = translateAll(chunks, under);
  expect(eventViolations(events)).toEqual([]);
  const last = events.at(-1) as Extract<ResponseEvent, { response: object }>;
  return {
    deltas: events.flatMap((event) => ('delta' in event ? [event.delta] : [])),
    type: last.type,
    output: last.response.output,
    warnings: under.warnings.list().map(({ code }) => code),
  };
}

const end = chunk({}, 'tool_calls');
const callsIn = (output: readonly { type: string }[]) =>
  output.filter(({ type }) => type !== 'message');

describe('calls that come as text of a custom tool', () => {
  it('stream as they come, side by side with functions', () => {
    const { deltas, output, warnings } = run([
      started('exec'),
      more('ls "a'),
      chunk({ tool_calls: [{ index: 1, id: 'call_1', function: { name: 'f', arguments: '{' } }] }),
      more('"\n{'),
      chunk({ tool_calls: [{ index: 1, function: { arguments: '}' } }] }),
      end,
    ]);
    expect(deltas).toEqual(['ls "a', '{', '"\n{', '}']);
    expect(output).toMatchObject([
      { type: 'custom_tool_call', call_id: 'call_0', name: 'exec', input: 'ls "a"\n{' },
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
    ]);
    expect(warnings).toEqual([]);
  });

  it('may be empty, or look like JSON that breaks off', () => {
    for (const input of ['', '{"input":"a', '"', '\\', '{}', 'null', '{"input":"whole"}']) {
      const { output, warnings } = run([started('exec', input), end]);
      expect(output).toMatchObject([{ type: 'custom_tool_call', input, status: 'completed' }]);
      expect(warnings).toEqual([]);
    }
  });

  it('keep every text, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 8 }), (parts) => {
        const { output, deltas, warnings } = run([
          started('exec'),
          ...parts.map((p) => more(p)),
          end,
        ]);
        expect(output).toMatchObject([{ input: parts.join('') }]);
        expect(deltas.join('')).toBe(parts.join(''));
        expect(warnings).toEqual([]);
      }),
    );
  });

  it('repeat themselves without being taken for what was there', () => {
    const { output } = run([started('exec', 'ab'), more('abab'), more('ababababab'), end]);
    expect(output).toMatchObject([{ input: 'abababababababab' }]);
  });

  it('are left out when the answer was cut', () => {
    const { output, type, warnings } = run([started('exec', 'rm -rf /tmp/a'), chunk({}, 'length')]);
    expect({ calls: callsIn(output), type, warnings }).toEqual({
      calls: [],
      type: 'response.incomplete',
      warnings: ['call_abandoned'],
    });
  });

  it('are left out where the tool says that they break off, whatever the finish reason', () => {
    const half = '*** Begin Patch\n*** Add File: a\n+b';
    const { output, warnings } = run([started('apply_patch', half), end]);
    expect({ calls: callsIn(output), warnings }).toEqual({
      calls: [],
      warnings: ['call_abandoned'],
    });
    const whole = `${half}\n*** End Patch`;
    expect(run([started('apply_patch', whole), end])).toMatchObject({
      output: [{ input: whole }],
      warnings: [],
    });
  });

  it('are one JSON field of a tool that is a function here', () => {
    const { output } = run([started('f', 'a "b"'), end]);
    expect(output).toMatchObject([{ type: 'function_call', arguments: '{"input":"a \\"b\\""}' }]);
  });

  it('come whole in an answer that does not stream', () => {
    const message = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'exec', input: 'ls' } }],
    };
    const { output } = run([{ choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }]);
    expect(output).toMatchObject([{ type: 'custom_tool_call', call_id: 'c', input: 'ls' }]);
  });
});
