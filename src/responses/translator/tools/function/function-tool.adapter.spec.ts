import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WarningCollector } from '../../warning.js';
import { FunctionToolAdapter } from './function-tool.adapter.js';
import type { UnnumberedEvent } from '../tool-adapter.port.js';

const adapter = new FunctionToolAdapter();
const context = {
  itemId: 'fc_1',
  outputIndex: 2,
  callId: 'call_1',
  identity: { type: 'function', name: 'f' },
  warnings: new WarningCollector(),
};
const deltas = (events: UnnumberedEvent[]) =>
  events.flatMap((event) => ('delta' in event ? [event.delta] : [])).join('');

describe('FunctionToolAdapter.readCall', () => {
  it.each<[unknown, string, string[]]>([
    [undefined, '{}', []],
    [null, '{}', []],
    ['', '{}', ['arguments_repaired']],
    [' \n', '{}', ['arguments_repaired']],
    [{ a: 1 }, '{"a":1}', []],
    ['{"a":1}', '{"a":1}', []],
    ['{"cut', '{"raw":"{\\"cut"}', ['arguments_repaired']],
    ['ls -la', '{"raw":"ls -la"}', ['arguments_repaired']],
    ['[1,2]', '{"input":[1,2]}', ['arguments_repaired']],
    [[1, 2], '{"input":[1,2]}', ['arguments_repaired']],
    ['"{\\"a\\":1}"', '{"a":1}', ['arguments_repaired']],
    ['"just text"', '{"input":"just text"}', ['arguments_repaired']],
    ['"broken', '{"raw":"\\"broken"}', ['arguments_repaired']],
    ['"[1]"', '{"input":"[1]"}', ['arguments_repaired']],
  ])('arguments %j -> %s', (value, expected, codes) => {
    const warnings = new WarningCollector();
    const item = { type: 'function_call', call_id: 'c', name: 'f', arguments: value };
    const call = adapter.readCall(item, 'input[1]', warnings);
    expect(call).toEqual({
      callId: 'c',
      identity: { type: 'function', name: 'f' },
      arguments: expected,
    });
    expect(warnings.list().map(({ code }) => code)).toEqual(codes);
    for (const { param } of warnings.list()) expect(param).toBe('input[1].arguments');
  });

  it('reads namespace, item id, and nothing at all', () => {
    const read = (item: object) =>
      adapter.readCall({ type: 'function_call', ...item }, null, new WarningCollector());
    expect(read({ id: 'fc_1', name: 'f', namespace: 'n' })).toMatchObject({
      callId: 'fc_1',
      identity: { type: 'function', name: 'f', namespace: 'n' },
    });
    expect(read({})).toMatchObject({ callId: '', identity: { name: '' } });
  });
});

describe('a function call that streams', () => {
  it('grows with its fragments', () => {
    const writer = adapter.openCall({
      ...context,
      identity: { ...context.identity, namespace: 'n' },
    });
    expect(writer.item('in_progress')).toEqual({
      type: 'function_call',
      id: 'fc_1',
      call_id: 'call_1',
      name: 'f',
      namespace: 'n',
      arguments: '',
      status: 'in_progress',
    });
    expect(writer.push('{"a"')).toEqual([
      {
        type: 'response.function_call_arguments.delta',
        item_id: 'fc_1',
        output_index: 2,
        delta: '{"a"',
      },
    ]);
    expect(writer.push('')).toEqual([]);
    writer.push(':1}');
    expect(writer.finish('completed')).toEqual([
      {
        type: 'response.function_call_arguments.done',
        item_id: 'fc_1',
        output_index: 2,
        name: 'f',
        arguments: '{"a":1}',
      },
    ]);
    expect(writer.item('completed')).toMatchObject({ arguments: '{"a":1}', status: 'completed' });
  });

  it.each([
    [[], 'completed', '{}'],
    [[' '], 'completed', ' {}'],
    [[], 'incomplete', ''],
    [['{"cu'], 'incomplete', '{"cu'],
  ] as const)('fragments %j, %s -> %s', (fragments, status, expected) => {
    const writer = adapter.openCall(context);
    const events = [...fragments.flatMap((part) => writer.push(part)), ...writer.finish(status)];
    expect(deltas(events)).toBe(expected);
    expect(events.at(-1)).toMatchObject({ arguments: expected });
    expect(writer.item(status)).toMatchObject({ arguments: expected });
  });

  it('adds up over any split', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (fragments) => {
        const writer = adapter.openCall(context);
        const events = fragments.flatMap((part) => writer.push(part));
        events.push(...writer.finish('completed'));
        const done = events.at(-1) as { arguments: string };
        return deltas(events) === done.arguments && done.arguments.trim() !== '';
      }),
    );
  });
});
