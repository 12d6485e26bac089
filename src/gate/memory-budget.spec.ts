import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../config/read-environment.js';
import { toSettings } from '../config/to-settings.js';
import { LoadMetrics } from '../metrics/load.metrics.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { MemoryBudget } from './memory-budget.service.js';

const mebibyte = 1024 * 1024;

/** The budget has 100 MiB, of which one caller may hold 75. */
function budgetOf(): MemoryBudget {
  const settings = toSettings(readEnvironment({ MAX_MEMORY_MB: '100' }));
  return new MemoryBudget(settings, new LoadMetrics(new MetricsService()));
}

function flowOf() {
  const flow = {
    paused: false,
    pause: () => (flow.paused = true),
    resume: () => (flow.paused = false),
  };
  return flow;
}

describe('MemoryBudget', () => {
  it('refuses a caller past its share, and everyone past the whole', () => {
    const budget = budgetOf();
    expect(budget.isFullFor('a', 500 * mebibyte)).toBe(false);
    const first = budget.open('a');
    first.set(75 * mebibyte);
    expect(budget.isFullFor('a')).toBe(true);
    expect(budget.isFullFor('b', 20 * mebibyte)).toBe(false);
    expect(budget.isFullFor('b', 30 * mebibyte)).toBe(true);
    const second = budget.open('b');
    second.set(30 * mebibyte);
    // Who needs little comes in still, but not without end.
    expect(budget.isFullFor('c', 10 * mebibyte)).toBe(false);
    expect(budget.isFullFor('c', 11 * mebibyte)).toBe(true);
    second.set(50 * mebibyte);
    expect(budget.isFullFor('c')).toBe(true);
    first.release();
    expect(budget.isFullFor('a')).toBe(false);
    second.release();
  });

  it('lets one answer of a caller go on past its share, and the next when that is released', () => {
    const budget = budgetOf();
    const holds = [0, 1, 2].map(() => budget.open('a'));
    const flows = holds.map(flowOf);
    holds.forEach((hold, at) => {
      hold.grow(40 * mebibyte, flows[at]!);
    });
    expect(flows.map(({ paused }) => paused)).toEqual([false, false, true]);
    holds[1]!.grow(90 * mebibyte, flows[1]!);
    holds[0]!.grow(41 * mebibyte, flows[0]!);
    expect(flows.map(({ paused }) => paused)).toEqual([true, false, true]);
    // Others have room as long as the whole has.
    expect(budget.isFullFor('a')).toBe(true);
    holds[1]!.release();
    expect(flows.map(({ paused }) => paused)).toEqual([true, false, false]);
    holds[2]!.release();
    expect(flows[0]!.paused).toBe(false);
    holds[0]!.release();
  });

  it('drops idle memory, the oldest first, before anything else', () => {
    const budget = budgetOf();
    const dropped: string[] = [];
    for (const name of ['a1', 'b1', 'a2']) {
      budget.keep(name[0]!, 30 * mebibyte, () => dropped.push(name));
    }
    expect(dropped).toEqual([]);
    const hold = budget.open('a');
    hold.set(20 * mebibyte);
    expect(dropped).toEqual(['a1']);
    const release = budget.keep('a', 1 * mebibyte, () => dropped.push('a3'));
    hold.set(43 * mebibyte);
    expect(dropped).toEqual(['a1', 'b1']);
    hold.set(90 * mebibyte);
    expect(dropped).toEqual(['a1', 'b1', 'a2', 'a3']);
    release();
    hold.release();
    expect(budget.isFullFor('a', 75 * mebibyte)).toBe(false);
  });
});
