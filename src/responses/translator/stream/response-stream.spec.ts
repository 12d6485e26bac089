import { ToolAdapterSet } from '../tools/tool-adapter-set.js';
import { describe, expect, it } from '@jest/globals';
import { eventViolations } from '../../../testing/event-invariants.js';
import {
  createHarness,
  NOW_MS,
  translateAll,
} from '../../../../test/support/response-stream-harness.js';
import { backendTimeout } from '../../../common/error-table.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import { ToolRegistry } from '../tools/tool-registry.js';

function delta(content: Record<string, unknown>, finish?: string): ChatChunk {
  return { choices: [{ index: 0, delta: content, finish_reason: finish ?? null }] };
}

function call(index: number, name: string, args: string): ChatChunk {
  const fragment = { index, id: `call_${index}`, function: { name, arguments: args } };
  return delta({ tool_calls: [fragment] });
}

function terminalOf(
  events: readonly ResponseEvent[],
): Extract<ResponseEvent, { response: object }> {
  const last = events.at(-1);
  if (last === undefined || !('response' in last)) throw new Error('no terminal event');
  return last;
}

describe('ResponseStream', () => {
  it('echoes usage, tier and time in the terminal event only', () => {
    const events = translateAll([
      delta({ content: 'Hi' }),
      {
        ...delta({}, 'stop'),
        service_tier: 'priority',
        usage: { prompt_tokens: 1, completion_tokens: 2 },
      },
    ]);
    const { response } = terminalOf(events);
    expect(response).toMatchObject({
      status: 'completed',
      service_tier: 'priority',
      completed_at: Math.floor(NOW_MS / 1000),
      usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
    });
    expect(events[0]).toMatchObject({ response: { usage: null, service_tier: 'default' } });
  });

  it('fails when the stream ends without a finish reason, and keeps the text as incomplete', () => {
    const events = translateAll([delta({ content: 'Half' })]);
    expect(terminalOf(events).response).toMatchObject({
      status: 'failed',
      error: { code: 'backend_stream_error' },
      output: [{ type: 'message', status: 'incomplete', content: [{ text: 'Half' }] }],
    });
    expect(eventViolations(events)).toEqual([]);
  });

  it('abandons open calls when it fails: nobody may run a call that may be cut', () => {
    const harness = createHarness();
    const events = [
      ...harness.stream.start(),
      ...harness.stream.push([delta({ content: 'I look.' }), call(0, 'get_time', '{}')]),
      ...harness.stream.fail(backendTimeout('Silence.')),
    ];
    const done = events.filter((event) => event.type === 'response.output_item.done');
    expect(done).toMatchObject([{ item: { type: 'message' } }]);
    expect(terminalOf(events).response.output).toMatchObject([{ type: 'message' }]);
    expect(terminalOf(events).response.output).toHaveLength(1);
    expect(harness.stream.failure?.status).toBe(504);
    expect(eventViolations(events)).toEqual([]);
  });

  it.each(['error', 'abort', 'insufficient_system_resource'])(
    'finish reason %s fails',
    (reason) => {
      const { response } = terminalOf(translateAll([delta({ content: 'x' }), delta({}, reason)]));
      expect(response.status).toBe('failed');
      expect(response.error?.message).toContain(reason);
    },
  );

  it('an unknown finish reason completes, with a warning', () => {
    const harness = createHarness();
    const events = translateAll([delta({ content: 'x' }, 'tired')], harness);
    expect(terminalOf(events).type).toBe('response.completed');
    expect(harness.warnings.list()).toMatchObject([{ code: 'stream_repaired' }]);
  });

  it('the first finish reason wins', () => {
    const events = translateAll([delta({ content: 'x' }, 'length'), delta({}, 'stop')]);
    expect(terminalOf(events).type).toBe('response.incomplete');
  });

  it('is silent after its terminal event', () => {
    const { stream } = createHarness();
    translateAll([delta({ content: 'x' }, 'stop')], { stream, warnings: createHarness().warnings });
    expect(stream.push([delta({ content: 'y' })])).toEqual([]);
    expect(stream.end()).toEqual([]);
    expect(stream.fail(backendTimeout('late'))).toEqual([]);
    expect(stream.heartbeat()).toEqual([]);
    expect(stream.failure).toBeUndefined();
  });

  it('numbers heartbeats like every other event', () => {
    const { stream } = createHarness();
    const events = [
      ...stream.start(),
      ...stream.heartbeat(),
      ...stream.push([delta({ content: 'x' })]),
      ...stream.heartbeat(),
      ...stream.push([delta({}, 'stop')]),
      ...stream.end(),
    ];
    expect(eventViolations(events)).toEqual([]);
    expect(events.filter((event) => event.type === 'response.in_progress')).toHaveLength(3);
  });

  it('suppresses calls that the request did not allow', () => {
    const harness = createHarness({ allowedTools: new Set(['get_time']) });
    const events = translateAll(
      [call(0, 'rm_rf', '{"path":"/"}'), call(1, 'get_time', '{}'), delta({}, 'tool_calls')],
      harness,
    );
    expect(terminalOf(events).response.output).toMatchObject([{ name: 'get_time' }]);
    expect(harness.warnings.list()).toMatchObject([{ code: 'call_suppressed' }]);
    expect(eventViolations(events)).toEqual([]);
  });

  it('leaves out calls beyond max_tool_calls', () => {
    const harness = createHarness({ maxToolCalls: 2 });
    const calls = [0, 1, 2].map((index) => call(index, 'get_time', '{}'));
    const events = translateAll([...calls, delta({}, 'tool_calls')], harness);
    expect(terminalOf(events).response.output).toHaveLength(2);
    expect(harness.warnings.list()).toMatchObject([{ code: 'call_suppressed' }]);
    expect(eventViolations(events)).toEqual([]);
  });

  it('an answer of only suppressed calls is an empty message', () => {
    const harness = createHarness({ allowedTools: new Set() });
    const events = translateAll([call(0, 'rm_rf', '{}'), delta({}, 'tool_calls')], harness);
    expect(terminalOf(events).response.output).toMatchObject([{ type: 'message' }]);
    expect(eventViolations(events)).toEqual([]);
  });

  it('gives calls back under the name that the client knows', () => {
    const tools = new ToolRegistry();
    const chatName = tools.register({ type: 'function', name: 'files.read' }, 'tools[0].name');
    expect(chatName).not.toBe('files.read');
    const events = translateAll(
      [call(0, chatName, '{}'), delta({}, 'tool_calls')],
      createHarness({ tools }),
    );
    expect(terminalOf(events).response.output).toMatchObject([{ name: 'files.read' }]);
  });

  it('fails on a call that never gets a name, but not when the limit cut it', () => {
    const nameless = delta({ tool_calls: [{ index: 0, id: 'call_a', function: {} }] });
    const stopped = terminalOf(translateAll([nameless, delta({}, 'tool_calls')]));
    expect(stopped.response.error?.message).toContain('without a name');
    const cut = terminalOf(translateAll([nameless, delta({}, 'length')]));
    expect(cut.type).toBe('response.incomplete');
  });

  it('passes invalid arguments on as they came, with a warning', () => {
    const harness = createHarness();
    const events = translateAll([call(0, 'get_time', '{"zone":}'), delta({}, 'stop')], harness);
    expect(terminalOf(events).response.output).toMatchObject([{ arguments: '{"zone":}' }]);
    expect(harness.warnings.list()).toMatchObject([{ code: 'arguments_invalid' }]);
  });

  it('a string as arguments that is no JSON inside stays what it is', () => {
    const events = translateAll([call(0, 'echo', '"hello"'), delta({}, 'stop')]);
    expect(terminalOf(events).response.output).toMatchObject([{ arguments: '"hello"' }]);
    expect(eventViolations(events)).toEqual([]);
  });

  it('fails when the answer grows beyond its limit', () => {
    const harness = createHarness({ maxOutputCharacters: 10 });
    const events = translateAll(
      [delta({ content: '12345' }), delta({ content: '678901' })],
      harness,
    );
    expect(terminalOf(events).response.error?.code).toBe('backend_stream_error');
    expect(eventViolations(events)).toEqual([]);
  });

  it('fails when the backend makes calls without end', () => {
    const calls = Array.from({ length: 300 }, (_, index) => call(index, 'get_time', '{}'));
    const { response } = terminalOf(translateAll(calls));
    expect(response.error?.message).toContain('tool calls');
  });

  it('a defect in a tool adapter fails the response instead of the process', () => {
    const harness = createHarness({ adapters: new ToolAdapterSet([]) });
    const { response } = terminalOf(translateAll([call(0, 'get_time', '{}')], harness));
    expect(response).toMatchObject({ status: 'failed', error: { code: 'internal_error' } });
  });

  it('seals reasoning when asked to', () => {
    const harness = createHarness({ sealReasoning: (text) => `sealed(${text})` });
    const events = translateAll([delta({ reasoning_content: 'Hm' }), delta({}, 'stop')], harness);
    expect(terminalOf(events).response.output[0]).toMatchObject({
      type: 'reasoning',
      encrypted_content: 'sealed(Hm)',
    });
  });

  it.each<[string, ChatChunk]>([
    ['no choices', {}],
    ['null choices', { choices: null }],
    ['an empty choice', { choices: [{}] }],
    ['a null delta', { choices: [{ delta: null }] }],
    ['numbers for text', delta({ content: 5, reasoning_content: 7, tool_calls: 'x', refusal: 1 })],
    [
      'odd entries',
      delta({
        tool_calls: [null, 4],
        annotations: [null, { type: 'x' }, { type: 'url_citation' }],
        content: [null, { type: 'thinking', thinking: 'x' }],
      }),
    ],
  ])('shrugs at %s', (_, chunk) => {
    const events = translateAll([chunk, delta({ content: 'x' }, 'stop')]);
    expect(terminalOf(events).type).toBe('response.completed');
    expect(eventViolations(events)).toEqual([]);
  });
});
