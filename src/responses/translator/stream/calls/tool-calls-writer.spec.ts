import { describe, expect, it } from '@jest/globals';
import { eventViolations } from '../../../../testing/event-invariants.js';
import {
  createHarness,
  translateAll,
} from '../../../../../test/support/response-stream-harness.js';
import { backendTimeout } from '../../../../common/error-table.js';
import type { ChatChunk } from '../../../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../../../contracts/responses/events.js';
import { ToolRegistry } from '../../tools/tool-registry.js';

const TYPES = ['custom', 'shell', 'apply_patch', 'local_shell', 'tool_search', 'function'];

function harness() {
  const tools = new ToolRegistry();
  for (const type of TYPES) tools.register({ type, name: type }, null);
  tools.register({ type: 'function', name: 'add', namespace: 'mcp__lab' }, null);
  return createHarness({ tools });
}

const chunk = (delta: object, finish_reason: string | null = null): ChatChunk => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const call = (index: number, name: string, args: string) =>
  chunk({ tool_calls: [{ index, id: `call_${index}`, function: { name, arguments: args } }] });

function run(chunks: ChatChunk[]) {
  const under = harness();
  const events = translateAll(chunks, under);
  expect(eventViolations(events)).toEqual([]);
  const last = events.at(-1) as Extract<ResponseEvent, { response: object }>;
  return {
    events,
    type: last.type,
    output: last.response.output,
    warnings: under.warnings.list().map(({ code }) => code),
  };
}

const itemEvents = (events: readonly ResponseEvent[]) =>
  events.flatMap((event) =>
    'item' in event ? [`${event.type.split('.').at(-1)!} ${event.item.type}`] : [],
  );

describe('calls that clients would run', () => {
  it('a cut freeform call is never done and not in the output', () => {
    const { events, type, output, warnings } = run([
      chunk({ content: 'Now.' }),
      call(0, 'custom', '{"input":"rm -rf /tmp/a'),
      chunk({}, 'length'),
    ]);
    expect(type).toBe('response.incomplete');
    expect(itemEvents(events)).toEqual(['added message', 'done message', 'added custom_tool_call']);
    expect(output).toMatchObject([{ type: 'message', status: 'completed' }]);
    expect(warnings).toEqual(['call_abandoned']);
  });

  it('the whole ones beside it stay', () => {
    const { output, warnings } = run([
      call(0, 'custom', '{"input":"first"}'),
      call(1, 'custom', '{"input":"sec'),
      chunk({}, 'length'),
    ]);
    expect(output).toMatchObject([{ input: 'first', status: 'completed' }]);
    expect(warnings).toEqual(['call_abandoned']);
  });

  it.each(['length', 'stop', 'tool_calls', 'eos', 'MAX_TOKENS', 'never heard of'])(
    'a call whose JSON did not close is cut, also when the finish reason says %s',
    (reason) => {
      for (const [name, text] of [
        ['function', '{"a":'],
        ['function', '{"a": "b}'],
        ['custom', '{"input":"*** Begin Patch\\n*** Delete File: lib'],
        ['custom', '*** Begin Patch\n*** Delete File: lib'],
      ] as const) {
        const { events, type, output, warnings } = run([
          chunk({ content: 'Now.' }),
          call(0, name, text),
          chunk({}, reason),
        ]);
        expect(type).toBe('response.incomplete');
        expect(itemEvents(events).filter((event) => event.startsWith('done'))).toEqual([
          'done message',
        ]);
        expect(output).toMatchObject([{ type: 'message' }]);
        expect(warnings).toContain('call_abandoned');
      }
    },
  );

  it('a call that closed before the limit cut the answer stays whole', () => {
    const { output, warnings } = run([call(0, 'function', '{"a":1}'), chunk({}, 'length')]);
    expect(output).toMatchObject([{ type: 'function_call', status: 'completed' }]);
    expect(warnings).toEqual([]);
  });

  it('a bare value that a limit may have cut is not done', () => {
    const { output } = run([
      chunk({ content: 'a' }),
      call(0, 'function', '12'),
      chunk({}, 'length'),
    ]);
    expect(output).toMatchObject([{ type: 'message' }]);
  });

  it.each(['shell', 'apply_patch', 'local_shell', 'tool_search'])(
    'a cut %s never appears',
    (name) => {
      const { events, type, output, warnings } = run([
        chunk({ content: 'Now.' }),
        call(0, name, '{"path":"a'),
        chunk({}, 'length'),
      ]);
      expect(type).toBe('response.incomplete');
      expect(itemEvents(events)).toEqual(['added message', 'done message']);
      expect(output).toMatchObject([{ type: 'message', status: 'completed' }]);
      expect(warnings).toEqual(['call_abandoned']);
    },
  );

  it('with broken arguments that nothing cut fail the response before any other call is done', () => {
    const { events, type, warnings } = run([
      call(0, 'function', '{}'),
      call(1, 'shell', '{"commands":}'),
      chunk({}, 'tool_calls'),
    ]);
    expect(type).toBe('response.failed');
    expect(itemEvents(events)).toEqual(['added function_call']);
    expect(warnings).toEqual(['call_abandoned', 'call_abandoned']);
  });

  it('are abandoned when the stream breaks', () => {
    const under = harness();
    const events = under.stream.start();
    events.push(...under.stream.push([call(0, 'custom', '{"input":"a'), call(1, 'shell', '{}')]));
    events.push(...under.stream.fail(backendTimeout('Silence.')));
    expect(eventViolations(events)).toEqual([]);
    expect(itemEvents(events)).toEqual(['added custom_tool_call']);
    expect(under.warnings.list().map(({ code }) => code)).toEqual([
      'call_abandoned',
      'call_abandoned',
    ]);
  });
});

describe('calls whose item is made from whole arguments', () => {
  it('are added and done at the end, behind the others, with the whole item both times', () => {
    const { events, output, warnings } = run([
      call(0, 'shell', '{"commands":'),
      call(1, 'function', '{}'),
      call(0, '', '["ls"]}'),
      chunk({}, 'tool_calls'),
    ]);
    expect(itemEvents(events)).toEqual([
      'added function_call',
      'done function_call',
      'added shell_call',
      'done shell_call',
    ]);
    const added = events.filter((event) => event.type === 'response.output_item.added').at(-1);
    expect(added).toMatchObject({
      output_index: 1,
      item: { status: 'in_progress', call_id: 'call_0', action: { commands: ['ls'] } },
    });
    expect(output.map((item) => item.type)).toEqual(['function_call', 'shell_call']);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['local_shell', '{"command":["ls"]}', 'local_shell_call', /^lsh_/],
    ['apply_patch', '{"type":"delete_file","path":"a"}', 'apply_patch_call', /^apc_/],
    ['tool_search', '{"query":"x"}', 'tool_search_call', /^tsc_/],
    ['tool_search', '"{\\"query\\":\\"x\\"}"', 'tool_search_call', /^tsc_/],
    ['shell', '', 'shell_call', /^sh_/],
  ])('%s %s', (name, args, type, id) => {
    const { output } = run([call(0, name, args), chunk({}, 'stop')]);
    expect(output).toMatchObject([{ type, id: expect.stringMatching(id), status: 'completed' }]);
  });
});

describe('calls of namespaces', () => {
  it('get name and namespace apart', () => {
    const { output } = run([call(0, 'mcp__lab__add', '{}'), chunk({}, 'tool_calls')]);
    expect(output).toMatchObject([{ type: 'function_call', name: 'add', namespace: 'mcp__lab' }]);
  });
});
