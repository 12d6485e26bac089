import { expect, it } from '@jest/globals';
import { readEnvironment } from '../config/read-environment.js';
import { toSettings } from '../config/to-settings.js';
import { LoadMetrics } from '../metrics/load.metrics.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { MemoryBudget } from './memory-budget.service.js';
import { StoredReads } from './stored-reads.service.js';

const settings = toSettings(readEnvironment({ MAX_MEMORY_MB: '100' }));
const budgetOf = () => new MemoryBudget(settings, new LoadMetrics(new MetricsService()));

it('reads four at once, and refuses those that come to it when their caller holds too much', async () => {
  const budget = budgetOf();
  const reads = new StoredReads(budget);
  const begun: string[] = [];
  let goOn: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const read = (caller: string): Promise<void> => {
    const hold = budget.open(caller);
    return reads.run(hold, async () => {
      begun.push(caller);
      await gate;
      hold.set(30 * 1024 * 1024);
    });
  };
  const ends = Promise.allSettled(['a', 'a', 'a', 'a', 'a', 'a', 'b'].map(read));
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['a', 'a', 'a', 'a']);
  goOn();
  const statuses = (await ends).map((end) => end.status);
  // Four answers of 30 MiB are held by then, of which nobody takes any; another caller is served still.
  expect(statuses.slice(4)).toEqual(['rejected', 'rejected', 'fulfilled']);
});

it('forgets a client that leaves while it waits', async () => {
  const budget = budgetOf();
  const reads = new StoredReads(budget);
  const wait = new Promise<void>(() => undefined);
  for (let count = 0; count < 4; count += 1) void reads.run(budget.open('a'), () => wait);
  const hold = budget.open('a');
  const left = reads.run(hold, () => wait);
  hold.release();
  await expect(left).rejects.toMatchObject({ status: 499 });
});
