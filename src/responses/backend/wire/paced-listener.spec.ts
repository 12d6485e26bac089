import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { backendTimeout } from '../../../common/error-table.js';
import type { Settings } from '../../../config/settings.js';
import type { BackendListener } from './backend-exchange.js';
import { PacedListener } from './paced-listener.js';
import { StreamPacer } from './stream-pacer.js';

/** Notes what comes through. */
class Sink implements BackendListener {
  readonly told: string[] = [];
  onStart = (): void => void this.told.push('start');
  onData = (data: Buffer): void => void this.told.push(data.toString());
  onEnd = (): void => void this.told.push('end');
  onError = (): void => void this.told.push('error');
}

/** `above` 0 is always busy, 2 never. */
function pacerOf(paceMs: number, paceAbove: number): StreamPacer {
  return new StreamPacer({ load: { paceMs, paceAbove } as Settings['load'] });
}

function opened(pacer: StreamPacer): { sink: Sink; listener: PacedListener } {
  const sink = new Sink();
  const listener = new PacedListener(sink, pacer);
  listener.onStart(200, {});
  for (const word of ['role', 'first']) listener.onData(Buffer.from(word));
  return { sink, listener };
}

describe('PacedListener', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  /** Works for as long as the window of the measure, as jest's clock has it. */
  const busy = (): StreamPacer => {
    const pacer = pacerOf(25, 0);
    jest.advanceTimersByTime(1000);
    return pacer;
  };
  const endTurn = (): void => {
    jest.advanceTimersByTime(0);
  };

  it('works off together what one turn of the event loop reads, but the first token at once', () => {
    const pacer = pacerOf(25, 2);
    const streams = [opened(pacer), opened(pacer)];
    for (const word of ['a', 'b'])
      for (const { listener } of streams) listener.onData(Buffer.from(word));
    for (const { sink } of streams) expect(sink.told).toEqual(['start', 'role', 'first']);
    endTurn();
    for (const { sink } of streams) expect(sink.told.slice(3)).toEqual(['ab']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('lets others have their turn between streams that take long', () => {
    const pacer = pacerOf(25, 2);
    const streams = Array.from({ length: 100 }, () => opened(pacer));
    const done = (): number => streams.filter(({ sink }) => sink.told.length === 4).length;
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    for (const { sink, listener } of streams) {
      listener.onData(Buffer.from('a'));
      const { onData } = sink;
      sink.onData = (data) => {
        onData(data);
        now += 0.1;
      };
    }
    endTurn();
    // 3 ms have passed behind 30 of them, and the clock is looked at behind 32.
    expect(done()).toBe(32);
    const seen = Array.from({ length: 3 }, () => {
      // jest gives to an immediate that is set in another one the next millisecond.
      jest.advanceTimersByTime(1);
      return done();
    });
    expect(seen).toEqual([64, 96, 100]);
  });

  it('joins what comes while the process is busy', () => {
    const { sink, listener } = opened(busy());
    listener.onData(Buffer.from('a'));
    endTurn();
    jest.advanceTimersByTime(20);
    listener.onData(Buffer.from('b'));
    endTurn();
    expect(sink.told).toHaveLength(3);
    jest.advanceTimersByTime(5);
    expect(sink.told.slice(3)).toEqual(['ab']);
    listener.onData(Buffer.from('c'));
    endTurn();
    jest.advanceTimersByTime(24);
    expect(sink.told).toHaveLength(4);
    jest.advanceTimersByTime(1);
    expect(sink.told.slice(4)).toEqual(['c']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each<[string, () => StreamPacer]>([
    ['is idle', () => pacerOf(25, 2)],
    ['must not', () => pacerOf(0, 0)],
  ])('lets nothing wait while the process %s', (_why, pacer) => {
    const { sink, listener } = opened(pacer());
    jest.advanceTimersByTime(1000);
    for (const word of ['a', 'b']) {
      listener.onData(Buffer.from(word));
      endTurn();
    }
    expect(sink.told.slice(3)).toEqual(['a', 'b']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each(['end', 'error'] as const)('gives out what it holds before the %s', (what) => {
    const { sink, listener } = opened(busy());
    listener.onData(Buffer.from('a'));
    if (what === 'end') listener.onEnd();
    else listener.onError(backendTimeout('slow'));
    jest.advanceTimersByTime(100);
    expect(sink.told.slice(3)).toEqual(['a', what]);
  });

  it('gives out nothing once nobody wants it', () => {
    const { sink, listener } = opened(busy());
    listener.onData(Buffer.from('a'));
    listener.drop();
    jest.advanceTimersByTime(100);
    expect(sink.told).toHaveLength(3);
  });

  it('does not let a flood wait', () => {
    const { sink, listener } = opened(busy());
    const piece = 'x'.repeat(6000);
    for (let index = 0; index < 3; index++) listener.onData(Buffer.from(piece));
    expect(sink.told.slice(3)).toEqual([piece.repeat(3)]);
  });

  it('lets a stream go on whose tokens come less often than they may wait', () => {
    const pacer = busy();
    const { sink, listener } = opened(pacer);
    for (const word of ['a', 'b', 'c', 'd']) {
      listener.onData(Buffer.from(word));
      endTurn();
      jest.advanceTimersByTime(24);
      const waited = sink.told.at(-1) !== word;
      expect([word, waited]).toEqual([word, word === 'a']);
      jest.advanceTimersByTime(476);
    }
  });

  it('works all streams off with one timer, each in its time', () => {
    const pacer = busy();
    const streams = Array.from({ length: 20 }, () => opened(pacer));
    for (const { listener } of streams) {
      listener.onData(Buffer.from('a'));
      endTurn();
      expect(jest.getTimerCount()).toBe(1);
      jest.advanceTimersByTime(1);
    }
    jest.advanceTimersByTime(25);
    for (const { sink } of streams) expect(sink.told.slice(3)).toEqual(['a']);
    expect(jest.getTimerCount()).toBe(0);
  });
});
