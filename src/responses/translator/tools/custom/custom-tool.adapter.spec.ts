import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WarningCollector } from '../../warning.js';
import { CustomToolAdapter } from './custom-tool.adapter.js';
import type { UnnumberedEvent } from '../tool-adapter.port.js';

const adapter = new CustomToolAdapter();
const context = {
  itemId: 'ctc_1',
  outputIndex: 0,
  callId: 'call_1',
  identity: { type: 'custom', name: 'exec' },
  warnings: new WarningCollector(),
};

function run(fragments: readonly string[]) {
  const writer = adapter.openCall(context);
  const pushed = fragments.flatMap((part) => writer.push(part));
  const events: UnnumberedEvent[] = [...pushed, ...writer.finish('completed')];
  const deltas = events.flatMap((event) => ('delta' in event ? [event.delta] : []));
  const done = events.at(-1) as { type: string; input: string };
  return { deltas, done, streamed: pushed.length, item: writer.item('completed') };
}

/** Every second fragment boundary of the text is a cut of its own. */
const fragmentsOf = (text: string, cuts: number[]) => {
  const points = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...points].map((from, index) => text.slice(from, points[index] ?? text.length));
};
const everyCharacter = (text: string) => text.split('');

describe('CustomToolAdapter.declare', () => {
  const declare = (tool: object) => {
    const warnings = new WarningCollector();
    const declared = adapter.declare({ type: 'custom', ...tool }, 'tools[1]', warnings);
    return { declared: declared[0]!, warnings: warnings.list() };
  };
  const grammar = { syntax: 'lark', definition: 'start: "x"' };

  it('is a function with one string', () => {
    const { declared, warnings } = declare({
      name: 'p',
      description: 'd',
      format: { type: 'text' },
    });
    expect(declared.identity).toEqual({ type: 'custom', name: 'p' });
    expect(declared.function).toMatchObject({
      name: 'p',
      description: 'd\n\nPut the raw text of the call in `input`, and nothing else.',
      parameters: { type: 'object', required: ['input'] },
    });
    expect(warnings).toEqual([]);
  });

  it.each([
    ['flat', { name: 'p', format: { type: 'grammar', ...grammar } }],
    ['nested', { custom: { name: 'p', format: { type: 'grammar', grammar } } }],
  ])('tells the grammar to the model and says that it is only told: %s', (_name, tool) => {
    const { declared, warnings } = declare(tool);
    expect(declared.function.description).toMatch(/must match this lark grammar:\nstart: "x"$/);
    expect(warnings).toMatchObject([{ code: 'field_mapped', param: 'tools[1].format' }]);
  });

  it('takes what is there', () => {
    expect(declare({ format: { definition: 'x' } }).declared.function.description).toContain(
      'lark',
    );
    expect(declare({}).declared.function.name).toBe('');
  });
});

describe('CustomToolAdapter.readCall', () => {
  it('wraps the raw text', () => {
    const read = (item: object) => adapter.readCall({ type: 'custom_tool_call', ...item });
    expect(read({ call_id: 'c', name: 'p', input: 'a\n"b"' })).toEqual({
      callId: 'c',
      identity: { type: 'custom', name: 'p' },
      arguments: '{"input":"a\\n\\"b\\""}',
      input: 'a\n"b"',
    });
    expect(read({ name: 'p', input: null }).arguments).toBe('{"input":""}');
  });
});

describe('a custom tool call that streams', () => {
  it.each<[string, string]>([
    ['{"input":"abc"}', 'abc'],
    ['{"input":""}', ''],
    [' { "input" : "a\\nb" } ', 'a\nb'],
    ['{"a":{"b":["]","\\"}"]},"n":-1.5,"input":"x","z":{}}', 'x'],
    ['{"\\u0069nput":"x"}', 'x'],
    ['{"input":"\\b\\f\\n\\r\\t\\"\\\\\\/"}', '\b\f\n\r\t"\\/'],
    ['{"input":"\\ud83d\\udc4b \\u00e9"}', '👋 é'],
    ['{"input":"👋"}', '👋'],
    ['{"input":"\\d+ \\w"}', '\\d+ \\w'],
    ['{"input":"\\uZZ"}', '\\uZZ'],
    ['{"input":"\\u12"}', '\\u12'],
    ['{"input":"\\u\\n"}', '\\u\n'],
    ['{"input":"raw\nline"}', 'raw\nline'],
    ['{"input":"x","input":"y"}', 'x'],
    ['{"input":"x"} and more', 'x'],
  ])('%s', (text, input) => {
    for (const fragments of [[text], everyCharacter(text)]) {
      const { deltas, done, item } = run(fragments);
      expect(deltas.join('')).toBe(input);
      expect(done).toEqual({
        type: 'response.custom_tool_call_input.done',
        item_id: 'ctc_1',
        output_index: 0,
        input,
      });
      expect(item).toEqual({
        type: 'custom_tool_call',
        id: 'ctc_1',
        call_id: 'call_1',
        name: 'exec',
        input,
        status: 'completed',
      });
    }
  });

  it('comes before the end of the call', () => {
    expect(run(['{"input":"a', 'b']).streamed).toBe(2);
  });

  it.each<[string, string]>([
    ['*** Begin Patch', '*** Begin Patch'],
    ['', ''],
    ['"quoted"', 'quoted'],
    ['{"command":["apply_patch","*** x"]}', '*** x'],
    ['{"command":"ls"}', 'ls'],
    ['{"patch":"*** x"}', '*** x'],
    ['{"input":["a","b"]}', 'b'],
    ['{"input":[1]}', '{"input":[1]}'],
    ['{"input":{"a":1}}', '{"input":{"a":1}}'],
    ['{"a":"1","b":"2"}', '{"a":"1","b":"2"}'],
    ['{}', ''],
    ['{oops', '{oops'],
    ['{"a" 1}', '{"a" 1}'],
    ['[1]', '[1]'],
  ])('arguments of another shape are read whole: %s', (text, input) => {
    for (const fragments of [[text], everyCharacter(text)]) {
      const { deltas, done, streamed } = run(fragments);
      expect(streamed).toBe(0);
      expect(deltas.join('')).toBe(input);
      expect(done.input).toBe(input);
    }
  });

  it('carries the namespace', () => {
    const identity = { ...context.identity, namespace: 'n' };
    const writer = adapter.openCall({ ...context, identity });
    expect(writer.item('in_progress')).toMatchObject({ namespace: 'n', input: '' });
  });

  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({
      unit: fc.constantFrom('"', '\\', 'u', 'd83d', '👋', '\n', '{', '}', ',', ':', 'a'),
    }),
  );

  it('any split of any input gives that input, in whole characters', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), fc.array(fc.nat()), (input, ascii, cuts) => {
        const json = JSON.stringify({ before: input, input, after: [input] });
        const text = ascii
          ? json.replace(
              /[^ -~]/g,
              (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
            )
          : json;
        const { deltas, done } = run(fragmentsOf(text, cuts));
        expect(done.input).toBe(input);
        expect(deltas.join('')).toBe(input);
        for (const delta of deltas) expect(delta.isWellFormed()).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('any text at all: deltas add up, and the split does not matter', () => {
    const broken = fc.oneof(
      anyText,
      anyText.map((text) => `{"input":"${text}`),
      anyText.map((text) => `{"${text}":"x"}`),
    );
    fc.assert(
      fc.property(broken, fc.array(fc.nat()), (text, cuts) => {
        const { deltas, done } = run(fragmentsOf(text, cuts));
        expect(deltas.join('')).toBe(done.input);
        expect(done).toEqual(run([text]).done);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the input of apply_patch', () => {
  it('is freed from a code fence while it streams, with a warning', () => {
    const warnings = new WarningCollector();
    const writer = adapter.openCall({
      ...context,
      identity: { type: 'custom', name: 'apply_patch' },
      warnings,
    });
    const patch = '*** Begin Patch\n*** Delete File: a\n*** End Patch';
    const events = writer.push(JSON.stringify({ input: `\`\`\`\n${patch}\n\`\`\`\n` }));
    expect(events).not.toEqual([]);
    expect(writer.finish('completed').at(-1)).toMatchObject({ input: `${patch}\n` });
    expect(warnings.list()).toMatchObject([{ code: 'arguments_repaired', param: null }]);
  });

  it('goes through untouched when it is right', () => {
    const warnings = new WarningCollector();
    const identity = { type: 'custom', name: 'apply_patch' };
    const writer = adapter.openCall({ ...context, identity, warnings });
    const input = '*** Begin Patch\n*** Add File: a\n+b\n*** End Patch';
    const sent = [...writer.push(JSON.stringify({ input })), ...writer.finish('completed')];
    const deltas = sent.flatMap((event) => ('delta' in event ? [event.delta] : []));
    expect(deltas.join('')).toBe(input);
    expect(writer.item('completed')).toMatchObject({ input });
    expect(warnings.list()).toEqual([]);
  });
});
