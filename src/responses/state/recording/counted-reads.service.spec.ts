import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import { MemoryBudget } from '../../../gate/memory-budget.service.js';
import { StoredReads } from '../../../gate/stored-reads.service.js';
import { LoadMetrics } from '../../../metrics/load.metrics.js';
import { MetricsService } from '../../../metrics/metrics.service.js';
import { TooLargeError } from '../../../store/response-record-store.port.js';
import { CountedReads } from './counted-reads.service.js';

const mebibyte = 1024 * 1024;
const settings = toSettings(readEnvironment({ MAX_MEMORY_MB: '100' }));

/** Plays a store that has so many bytes, and notes how many it was asked to give at most. */
function storeOf(bytes: number): { asked: number[]; read: (most: number) => Promise<string> } {
  const asked: number[] = [];
  return {
    asked,
    read: (most) => {
      asked.push(most);
      return bytes > most ? Promise.reject(new TooLargeError(bytes)) : Promise.resolve('read');
    },
  };
}

describe('what a request continues', () => {
  const budget = new MemoryBudget(settings, new LoadMetrics(new MetricsService()));
  const reads = new CountedReads(settings, new StoredReads(budget), budget);

  it('is read at once where it is short', async () => {
    const hold = budget.open('a');
    const { asked, read } = storeOf(1000);
    expect(await reads.history(hold, 'conversation', read)).toBe('read');
    expect([asked, hold.held]).toEqual([[mebibyte], 0]);
    hold.release();
  });

  it('is counted before it is read where it is long, and refused where there is no room', async () => {
    const holds = Array.from({ length: 3 }, () => budget.open('a'));
    const stores = holds.map(() => storeOf(8 * mebibyte));
    const ends = await Promise.allSettled(
      holds.map((hold, at) => reads.history(hold, 'conversation', stores[at]!.read)),
    );
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(ends[2]).toMatchObject({ reason: { status: 503 } });
    expect(holds.map(({ held }) => held / mebibyte)).toEqual([32, 32, 0]);
    expect(stores.map(({ asked }) => asked.length)).toEqual([2, 2, 1]);
    for (const hold of holds) hold.release();
  });

  it('is a 413 that names its field beyond MAX_HISTORY_BYTES, unless it is only listed', async () => {
    const hold = budget.open('a');
    const { asked, read } = storeOf(17 * mebibyte);
    const refused = reads.history(hold, 'previous_response_id', read);
    await expect(refused).rejects.toMatchObject({ status: 413, param: 'previous_response_id' });
    expect(asked).toEqual([mebibyte]);
    expect(await reads.read(hold, read)).toBe('read');
    hold.release();
  });

  it('is counted anew when it has grown meanwhile', async () => {
    const hold = budget.open('a');
    let bytes = 2 * mebibyte;
    const read = (most: number): Promise<string> => {
      bytes += mebibyte;
      return most < 4 * mebibyte
        ? Promise.reject(new TooLargeError(bytes))
        : Promise.resolve('read');
    };
    expect(await reads.history(hold, 'conversation', read)).toBe('read');
    expect(hold.held).toBe(4 * 4 * mebibyte);
    hold.release();
  });
});
