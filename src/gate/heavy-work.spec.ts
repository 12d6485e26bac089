import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { HeavyWork } from './heavy-work.service.js';
import { MemoryHold } from './memory-hold.js';

const mebibyte = 1024 * 1024;

function holdOf(caller: string, bytes = mebibyte): MemoryHold {
  const ignore = (): void => undefined;
  const hold = new MemoryHold(caller, { changed: ignore, grown: ignore, released: ignore });
  hold.set(bytes);
  return hold;
}

/** The clock stands still but for what work takes of it, so that no verdict depends on the machine. */
let clock = 0;

function block(milliseconds: number): void {
  clock += milliseconds;
}

beforeEach(() => {
  jest.spyOn(performance, 'now').mockImplementation(() => clock);
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Makes pieces of work that say when they are done, and how often others had the thread before. */
function observed(work = new HeavyWork()) {
  const done: string[] = [];
  let isOver = false;
  let turns = 0;
  const count = async (): Promise<void> => {
    for (; !isOver; turns += 1) await nextTurn();
  };
  const run = (caller: string, milliseconds: number, hold = holdOf(caller)): Promise<number> =>
    work.run(hold, () => {
      block(milliseconds);
      done.push(caller);
      return turns;
    });
  const stop = (): void => {
    isOver = true;
  };
  return { work, done, run, count, stop };
}

describe('HeavyWork', () => {
  it('lets others have the thread between two long pieces, even where the time of a rest is over at once', async () => {
    jest.spyOn(globalThis, 'setTimeout').mockImplementation((over) => {
      over();
      return undefined as never;
    });
    const { run, count, stop } = observed();
    const counting = count();
    const turns = await Promise.all([run('a', 30), run('a', 30), run('a', 30)]);
    stop();
    await counting;
    // The event loop goes round four times in a rest, the last time perhaps behind the work.
    expect(turns[1]).toBeGreaterThan(turns[0] + 2);
    expect(turns[2]).toBeGreaterThan(turns[1] + 2);
  });

  it.each([
    [40, 10],
    [60, 60],
  ])('rests after %i ms of work for %i ms', async (milliseconds, restMs) => {
    const rests = jest.spyOn(globalThis, 'setTimeout');
    const { run } = observed();
    await run('a', milliseconds);
    await nextTurn();
    expect(rests.mock.calls.map(([, delay]) => delay)).toEqual([restMs]);
  });

  it('does short pieces in one go', async () => {
    const rests = jest.spyOn(globalThis, 'setTimeout');
    const { run, done } = observed();
    await Promise.all(Array.from({ length: 5 }, () => run('a', 3)));
    expect(done).toHaveLength(5);
    // Each rest is a timer.
    expect(rests).not.toHaveBeenCalled();
    // With the next one it is enough.
    await run('a', 5);
    await nextTurn();
    expect(rests).toHaveBeenCalledTimes(1);
  });

  it('counts what goes on behind an await of what is there already, and behind the value', async () => {
    const { work } = observed();
    let begun = 0;
    const piece = async (): Promise<number> => {
      await work.run(holdOf('a'), async () => {
        begun += 1;
        await Promise.resolve();
        block(30);
      });
      block(30);
      return begun;
    };
    const begunBy = await Promise.all([piece(), piece()]);
    // The second has not begun while the first goes on.
    expect(begunBy).toEqual([1, 2]);
  });

  it('gives the callers their turns, not the one that asks for more', async () => {
    const { run, done } = observed();
    const pieces = ['a', 'a', 'a', 'a', 'b', 'c'].map((caller) => run(caller, 21));
    await Promise.all(pieces);
    expect(done.slice(0, 4).sort()).toEqual(['a', 'a', 'b', 'c']);
  });

  it('never does the work of a client that has left', async () => {
    const { run, done } = observed();
    const hold = holdOf('a');
    const first = run('b', 21);
    const second = run('a', 0, hold);
    hold.release();
    await expect(second).rejects.toMatchObject({ status: 499 });
    await expect(run('a', 0, hold)).rejects.toMatchObject({ status: 499 });
    await first;
    expect(done).toEqual(['b']);
  });

  it('works at once on what is small, and goes on after an error', async () => {
    const { work, run, done } = observed();
    const broken = work.run(holdOf('a'), () => {
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    void run('a', 21);
    void run('b', 0, holdOf('b', 1_000));
    expect(done).toEqual(['b']);
    await run('a', 0);
    expect(done).toEqual(['b', 'a', 'a']);
  });
});
