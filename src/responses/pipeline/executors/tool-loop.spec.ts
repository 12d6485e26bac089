import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defer, from, Subscription, type Observable } from 'rxjs';
import { eventViolations } from '../../../testing/event-invariants.js';
import {
  FileSearchAdapter,
  found,
  sessionOf,
  type Run,
} from '../../../../test/support/fake-tool.js';
import {
  countingIds,
  createHarness,
  type Harness,
} from '../../../../test/support/response-stream-harness.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { OutputItem } from '../../../contracts/responses/items.js';
import type { HostedCall } from '../../translator/stream/hosted-items.js';
import { ToolAdapterSet } from '../../translator/tools/tool-adapter-set.js';
import { toolAdapters } from '../../translator/tools/tool-adapters.js';
import { ToolRegistry } from '../../translator/tools/tool-registry.js';
import { testDialect } from '../../../../test/support/test-dialect.js';
import { translateEvents } from '../answers/translate-events.js';
import { ToolFailure, type ToolSession, type ToolWork } from './tool-executor.port.js';
import { ToolLoop, type ToolLoopLimits } from './tool-loop.js';

const usage = { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 };

/** An answer with so many calls of the server's tool and of the client's. */
function answer(hosted: number, own: number, text = ''): ChatChunk[] {
  const call = (index: number, name: string, given: string): unknown => ({
    index,
    id: `call_${name}_${index}_${Math.floor(index)}`,
    type: 'function',
    function: { name, arguments: given },
  });
  const calls = [
    ...Array.from({ length: hosted }, (_, index) =>
      call(index, 'file_search', `{"queries":["q${index}"]}`),
    ),
    ...Array.from({ length: own }, (_, index) => call(hosted + index, 'own', '{"a":1}')),
  ];
  const chunk = (delta: unknown, finish: string | null = null): ChatChunk => ({
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  return [
    ...(text === '' ? [] : [chunk({ content: text })]),
    ...(calls.length === 0 ? [] : [chunk({ tool_calls: calls })]),
    chunk({}, calls.length === 0 ? 'stop' : 'tool_calls'),
    { choices: [], usage },
  ];
}

interface Played {
  events: ResponseEvent[];
  harness: Harness;
  loop: ToolLoop;
  asked: number;
  error: unknown;
}

const generous: ToolLoopLimits = {
  callMs: 1_000,
  totalMs: 10_000,
  turns: 10,
  resultCharacters: 1_000,
  calls: undefined,
};

function harnessWithTool(): { harness: Harness; adapters: ToolAdapterSet; tools: ToolRegistry } {
  const adapters = new ToolAdapterSet([...toolAdapters, new FileSearchAdapter()]);
  const tools = new ToolRegistry();
  tools.register({ type: 'file_search', name: 'file_search' }, null);
  tools.register({ type: 'function', name: 'own' }, null);
  return { harness: createHarness({ adapters, tools }), adapters, tools };
}

/** Plays the answers one after the other; behind the last one comes text. */
function begin(
  answers: readonly ChatChunk[][],
  session: ToolSession,
  limits: Partial<ToolLoopLimits> = {},
): { events$: Observable<ResponseEvent[]>; harness: Harness; loop: ToolLoop; asked: () => number } {
  const { harness, adapters, tools } = harnessWithTool();
  const { stream, warnings } = harness;
  const loop = new ToolLoop(
    [session],
    stream,
    { ...generous, ...limits },
    () => Date.now(),
    (tool, message) => {
      warnings.add('tool_failed', null, `${tool}: ${message}`);
    },
  );
  let asked = 0;
  const chunks = defer(() =>
    from((answers[asked++] ?? answer(0, 0, 'The end.')).map((chunk) => [chunk])),
  );
  const next = (): ResponseEvent[] => {
    if (stream.awaitsClient) return stream.finish();
    const ids = countingIds();
    const prefix = `t${asked}`;
    stream.goOn({
      dialect: testDialect(),
      adapters,
      tools,
      allowedTools: loop.isExhausted && loop.hasBegun ? new Set() : undefined,
      ids: { next: (kind) => `${ids.next(kind)}${prefix}` },
      warnings,
      reasoningFormat: 'summary',
      maxOutputCharacters: 1_000_000,
    });
    return [];
  };
  const between = {
    prepare: () => loop.prepare(),
    run: () => loop.run(),
    next,
    close: () => {
      loop.close();
    },
  };
  const timing = { openAfterMs: 0, heartbeatMs: 0 };
  const events$ = translateEvents(chunks, { stream }, timing, between);
  return { events$, harness, loop, asked: () => asked };
}

async function play(...given: Parameters<typeof begin>): Promise<Played> {
  const { events$, harness, loop, asked } = begin(...given);
  const events: ResponseEvent[] = [];
  const error = await new Promise<unknown>((resolve) => {
    events$.subscribe({
      next: (batch) => events.push(...batch),
      error: resolve,
      complete: () => {
        resolve(undefined);
      },
    });
  });
  return { events, harness, loop, asked: asked(), error };
}

const finds: Run = (call) => Promise.resolve(found(call, `of ${call.arguments}`));

describe('tools that are run here', () => {
  it('a response goes over several answers: one sequence, one end, the sum of the usage', async () => {
    const { events, harness, asked } = await play(
      [answer(2, 0, 'I look.'), answer(1, 0)],
      sessionOf(finds),
    );
    expect(eventViolations(events)).toEqual([]);
    const { response } = harness.stream;
    expect(response?.output.map(({ type }) => type)).toEqual([
      'message',
      'file_search_call',
      'file_search_call',
      'file_search_call',
      'message',
    ]);
    expect(response).toMatchObject({
      status: 'completed',
      usage: { input_tokens: 30, output_tokens: 9, total_tokens: 39 },
    });
    expect(asked).toBe(3);
    const ofFirst = events.filter((event) => 'output_index' in event && event.output_index === 1);
    expect(ofFirst.map(({ type }) => type)).toEqual([
      'response.output_item.added',
      'response.file_search_call.in_progress',
      'response.file_search_call.searching',
      'response.file_search_call.completed',
      'response.output_item.done',
    ]);
  });

  it('calls of one answer run at the same time', async () => {
    let open = 0;
    let most = 0;
    let release: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (release = resolve));
    const run: Run = async (call, work) => {
      most = Math.max(most, ++open);
      if (open === 3) release();
      await all;
      return finds(call, work);
    };
    await play([answer(3, 0)], sessionOf(run));
    expect(most).toBe(3);
  });

  it('ends behind them when the client has calls, too', async () => {
    const { events, harness, asked } = await play([answer(1, 1)], sessionOf(finds));
    expect(eventViolations(events)).toEqual([]);
    expect(asked).toBe(1);
    expect(harness.stream.response?.status).toBe('completed');
    expect(harness.stream.response?.output).toMatchObject([
      { type: 'function_call', name: 'own', status: 'completed' },
      { type: 'file_search_call', status: 'completed' },
    ]);
  });

  it.each<[string, Run, string]>([
    [
      'throws',
      () => {
        throw new Error('secret');
      },
      'The tool failed.',
    ],
    ['rejects', () => Promise.reject(new ToolFailure('No index.')), 'No index.'],
    ['hangs', () => new Promise(() => undefined), 'The tool took too long.'],
    ['brings too much', (call) => Promise.resolve(found(call, 'x'.repeat(1e6))), 'too long'],
    ['brings nothing', () => Promise.resolve(undefined as never), 'The tool failed.'],
  ])('a tool that %s is a failed item, and the model is told why', async (_, run, message) => {
    const { events, harness, loop } = await play([answer(1, 0)], sessionOf(run), { callMs: 20 });
    expect(eventViolations(events)).toEqual([]);
    const [item] = harness.stream.response?.output ?? [];
    expect(item).toMatchObject({ type: 'file_search_call', status: 'failed' });
    expect(loop.outputs.get(item!.id)?.text).toContain(message);
    expect(harness.warnings.list()).toMatchObject([
      { code: 'tool_failed', message: expect.stringContaining(message) },
    ]);
    expect(harness.stream.response?.status).toBe('completed');
  });

  it.each([
    ['turns', { turns: 3 }, 2],
    ['calls', { calls: 4 }, 4],
    ['time', { totalMs: 0 }, 1],
  ])(
    'a model that never stops is told to answer when its %s are used up',
    async (_, limits, runs) => {
      const endless = Array.from({ length: 50 }, () => answer(1, 0, 'Again.'));
      const { events, harness, asked } = await play(endless, sessionOf(finds), limits);
      expect(eventViolations(events)).toEqual([]);
      expect(asked).toBe(runs + 1);
      expect(harness.stream.response?.status).toBe('completed');
    },
  );

  it('a tool that says that it gets on has its time anew, but no more than the response has', async () => {
    const getsOn: Run = (call, work) =>
      new Promise((resolve) => {
        let steps = 0;
        const timer = setInterval(() => {
          work.getsOn();
          if (++steps < 5) return;
          clearInterval(timer);
          resolve(found(call, 'at last'));
        }, 40);
      });
    const slow = await play([answer(1, 0)], sessionOf(getsOn), { callMs: 120 });
    expect(slow.harness.stream.response?.output[0]).toMatchObject({ status: 'completed' });
    const tooSlow = await play([answer(1, 0)], sessionOf(getsOn), { callMs: 120, totalMs: 150 });
    expect(tooSlow.harness.stream.response?.output[0]).toMatchObject({ status: 'failed' });
  });

  it('a client that leaves aborts what runs, and nothing is told afterwards', async () => {
    let aborted = false;
    let begun: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (begun = resolve));
    const run: Run = (call, { signal, tell, add }) =>
      new Promise((resolve) => {
        begun();
        signal.addEventListener('abort', () => {
          aborted = true;
          const place = add({ ...call.item, id: 'late' });
          tell(place, []);
          resolve(found(call, 'late'));
        });
      });
    const events: ResponseEvent[] = [];
    const { events$ } = begin([answer(1, 0)], sessionOf(run));
    const subscription = events$.subscribe((batch) => events.push(...batch));
    await running;
    const told = events.length;
    subscription.unsubscribe();
    await Promise.resolve();
    expect(aborted).toBe(true);
    expect(events).toHaveLength(told);
  });

  it('an error before the first word of the backend stays an error, whatever tools told before', async () => {
    const { events, error } = await play(
      [[{ choices: [{ index: 0, delta: {}, finish_reason: 'error' }] }]],
      sessionOf(finds, { prepare: () => Promise.reject(new Error('down')) }),
    );
    expect(events).toEqual([]);
    expect(error).toMatchObject({ status: 500 });
  });

  it('a tool that never gets ready fails the response, and does not hang it', async () => {
    const hangs = sessionOf(finds, { prepare: () => new Promise(() => undefined) });
    const { events, error, asked } = await play([answer(0, 0, 'Hi')], hangs, { totalMs: 20 });
    expect([events, asked]).toEqual([[], 0]);
    expect(error).toMatchObject({ status: 500 });
  });

  it('whatever tools do, there is one end and the usage adds up', async () => {
    const deed = fc.constantFrom('find', 'throw', 'reject', 'hang', 'huge', 'nothing', 'tell');
    const turn = fc.record({ hosted: fc.nat(4), own: fc.nat(1), cut: fc.boolean() });
    const plays = fc.asyncProperty(
      fc.array(turn, { maxLength: 4 }),
      fc.array(deed, { minLength: 1, maxLength: 6 }),
      async (turns, deeds) => {
        let count = 0;
        const run: Run = (call, work) => {
          switch (deeds[count++ % deeds.length]) {
            case 'throw':
              throw new Error('broken');
            case 'reject':
              return Promise.reject(new ToolFailure('refused'));
            case 'hang':
              return new Promise(() => undefined);
            case 'huge':
              return Promise.resolve(found(call, 'y'.repeat(50_000)));
            case 'nothing':
              return Promise.resolve({} as never);
            case 'tell':
              work.settle(call, found(call, 'early'));
              work.tell(call, found(call, 'late').events!);
              return finds(call, work);
            default:
              return finds(call, work);
          }
        };
        const answers = turns.map(({ hosted, own, cut }) => {
          const whole = answer(hosted, own, 'Text.');
          return cut ? whole.slice(0, 1) : whole;
        });
        const { events, harness, error } = await play(answers, sessionOf(run), { callMs: 5 });
        expect(error).toBeUndefined();
        expect(eventViolations(events)).toEqual([]);
        const { response } = harness.stream;
        if (response?.status === 'completed') {
          expect(response.usage?.total_tokens).toBe(
            13 * ((response.usage?.output_tokens ?? 0) / 3),
          );
        }
      },
    );
    await fc.assert(plays, { numRuns: 200 });
  });

  it('wherever a client leaves, what runs is aborted, sessions are closed once, and no timer stays', async () => {
    const timers = new Set<NodeJS.Timeout>();
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    const setWatched = (action: () => void, delayMs?: number): NodeJS.Timeout => {
      const timer = set(() => {
        timers.delete(timer);
        action();
      }, delayMs);
      timers.add(timer);
      return timer;
    };
    const clearWatched = (timer?: NodeJS.Timeout): void => {
      if (timer !== undefined) timers.delete(timer);
      clear(timer);
    };
    Object.assign(globalThis, { setTimeout: setWatched, clearTimeout: clearWatched });
    const deed = fc.constantFrom('find', 'throw', 'hang', 'late', 'add', 'huge');
    const plays = fc.asyncProperty(
      fc.nat(30),
      fc.array(deed, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(12), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (leaveAt, deeds, calls, preparesItem) => {
        let closed = 0;
        let count = 0;
        let isOver = false;
        let lateBatches = 0;
        let lateRuns = 0;
        const waiting: AbortSignal[] = [];
        const disturb = (call: HostedCall, work: ToolWork): void => {
          const place = work.add({ ...call.item, id: `late_${count}` });
          work.tell(place, found(call, 'late').events!);
          work.settle(call, found(call, 'late'));
          work.getsOn();
        };
        const run: Run = (call, work) => {
          if (isOver) lateRuns += 1;
          switch (deeds[count++ % deeds.length]) {
            case 'throw':
              throw new Error('broken');
            case 'hang':
              waiting.push(work.signal);
              return new Promise(() => undefined);
            case 'late':
              waiting.push(work.signal);
              return new Promise((resolve) => {
                work.signal.addEventListener('abort', () => {
                  disturb(call, work);
                  resolve(found(call, 'late'));
                });
              });
            case 'add': {
              const item = { ...call.item, id: `own_${count}` };
              work.settle(work.add(item), { item: { ...item, status: 'completed' } as OutputItem });
              return finds(call, work);
            }
            case 'huge':
              return Promise.resolve(found(call, 'z'.repeat(1_000_000)));
            default:
              return finds(call, work);
          }
        };
        const close = (): void => {
          closed += 1;
        };
        const prepare = (): Promise<void> => Promise.resolve();
        const session = sessionOf(run, { close, ...(preparesItem ? { prepare } : {}) });
        const answers = calls.map((hosted) => answer(hosted, 0, 'Text.'));
        const { events$ } = begin(answers, session, { callMs: 4 });
        const events: ResponseEvent[] = [];
        await new Promise<void>((resolve) => {
          const subscription = new Subscription();
          subscription.add(resolve);
          subscription.add(
            events$.subscribe({
              next: (batch) => {
                if (isOver) lateBatches += 1;
                events.push(...batch);
                if (events.length < leaveAt) return;
                // The first batch may come within the subscription.
                queueMicrotask(() => {
                  isOver = true;
                  subscription.unsubscribe();
                });
              },
              complete: () => {
                subscription.unsubscribe();
              },
            }),
          );
        });
        const told = events.length;
        await new Promise(setImmediate);
        expect(events).toHaveLength(told);
        expect([closed, lateBatches, lateRuns]).toEqual([1, 0, 0]);
        expect(waiting.every(({ aborted }) => aborted)).toBe(true);
        const ends = events.filter(({ type }) =>
          /^response\.(?:completed|failed|incomplete)$/.test(type),
        );
        expect(ends.length).toBeLessThanOrEqual(1);
        expect(timers.size).toBe(0);
      },
    );
    try {
      await fc.assert(plays, { numRuns: 60 });
    } finally {
      Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    }
  });
});
