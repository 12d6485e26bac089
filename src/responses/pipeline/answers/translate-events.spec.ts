import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Subject } from 'rxjs';
import { eventViolations } from '../../../testing/event-invariants.js';
import { createHarness } from '../../../../test/support/response-stream-harness.js';
import { backendTimeout } from '../../../common/error-table.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import { translateEvents } from './translate-events.js';

const text = (content: string, finish: string | null = null): ChatChunk => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});

interface Run {
  backend: Subject<ChatChunk[]>;
  batches: ResponseEvent[][];
  errors: unknown[];
  completed: () => boolean;
  unsubscribe: () => void;
}

function run(openAfterMs: number, heartbeatMs: number): Run {
  const backend = new Subject<ChatChunk[]>();
  const batches: ResponseEvent[][] = [];
  const errors: unknown[] = [];
  let completed = false;
  const { stream } = createHarness();
  const subscription = translateEvents(backend, { stream }, { openAfterMs, heartbeatMs }).subscribe(
    {
      next: (events) => batches.push(events),
      error: (error: unknown) => errors.push(error),
      complete: () => {
        completed = true;
      },
    },
  );
  return {
    backend,
    batches,
    errors,
    completed: () => completed,
    unsubscribe: () => {
      subscription.unsubscribe();
    },
  };
}

const types = (events: readonly ResponseEvent[]): string[] => events.map(({ type }) => type);

describe('translateEvents', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('emits one batch per backend read, the opening events with the first', () => {
    const { backend, batches, completed } = run(0, 0);
    expect(batches).toEqual([]);
    backend.next([text('a'), text('b')]);
    backend.next([text('c', 'stop')]);
    backend.complete();
    expect(batches).toHaveLength(3);
    expect(types(batches[0]!).slice(0, 2)).toEqual(['response.created', 'response.in_progress']);
    expect(eventViolations(batches.flat())).toEqual([]);
    expect(completed()).toBe(true);
  });

  it('an error before the first chunk stays an error', () => {
    const { backend, batches, errors } = run(0, 0);
    const failure = backendTimeout('slow');
    backend.error(failure);
    expect(errors).toEqual([failure]);
    expect(batches).toEqual([]);
  });

  it('an error after the first chunk is response.failed and a normal end', () => {
    const { backend, batches, errors, completed } = run(0, 0);
    backend.next([text('a')]);
    backend.error(new Error('socket'));
    expect(errors).toEqual([]);
    expect(completed()).toBe(true);
    expect(batches.flat().at(-1)?.type).toBe('response.failed');
    expect(eventViolations(batches.flat())).toEqual([]);
  });

  it('opens after the grace time and beats in silence, not between lively chunks', () => {
    const { backend, batches } = run(10_000, 15_000);
    jest.advanceTimersByTime(9_999);
    expect(batches).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(types(batches.flat())).toEqual(['response.created', 'response.in_progress']);
    jest.advanceTimersByTime(30_000);
    expect(types(batches.flat()).slice(2)).toEqual([
      'response.in_progress',
      'response.in_progress',
    ]);

    const before = batches.length;
    for (let chunk = 0; chunk < 5; chunk++) {
      jest.advanceTimersByTime(14_000);
      backend.next([text('x')]);
    }
    expect(batches).toHaveLength(before + 5);
    backend.next([text('', 'stop')]);
    backend.complete();
    expect(eventViolations(batches.flat())).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('after the stream was opened early an error is response.failed', () => {
    const { backend, batches } = run(1_000, 0);
    jest.advanceTimersByTime(1_000);
    backend.error(backendTimeout('slow'));
    expect(types(batches.flat()).at(-1)).toBe('response.failed');
  });

  it('does not wait for ever for a backend that never closes after its finish reason', () => {
    const { backend, batches, completed } = run(0, 0);
    backend.next([text('a', 'stop')]);
    expect(completed()).toBe(false);
    backend.next([{ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } }]);
    jest.advanceTimersByTime(3_000);
    expect(completed()).toBe(true);
    expect(batches.flat().at(-1)).toMatchObject({ response: { usage: { total_tokens: 2 } } });
    expect(backend.observed).toBe(false);
  });

  it('unsubscribing leaves the backend and no timer', () => {
    const { backend, unsubscribe } = run(1_000, 1_000);
    backend.next([text('a')]);
    unsubscribe();
    expect(backend.observed).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });
});
