import { beforeEach, describe, expect, it } from '@jest/globals';
import { MetricsService } from '../metrics/metrics.service.js';
import { StoreMonitor } from './store-monitor.service.js';

let now: number;
let monitor: StoreMonitor;

beforeEach(() => {
  now = 1_000_000;
  monitor = new StoreMonitor(new MetricsService(), { now: () => now });
});

const works = (operation: string) => monitor.watch(operation, () => Promise.resolve());
const fails = (operation: string) =>
  expect(
    monitor.watch(operation, () => Promise.reject(new Error('database or disk is full'))),
  ).rejects.toMatchObject({ code: 'store_unavailable' });

describe('availability', () => {
  it('comes back with any call after a failed read', async () => {
    await fails('responses.find');
    expect(monitor.isAvailable).toBe(false);
    await works('ping');
    expect(monitor.isAvailable).toBe(true);
  });

  it('does not come back with reads while writes fail', async () => {
    await fails('responses.finish');
    for (const operation of ['ping', 'responses.find', 'responses.delete', 'runs.renewLease']) {
      await works(operation);
      expect(monitor.isAvailable).toBe(false);
    }
    await works('responses.begin');
    expect(monitor.isAvailable).toBe(true);
  });

  it('comes back after a while without any write', async () => {
    await fails('responses.finish');
    now += 4_999;
    await works('ping');
    expect(monitor.isAvailable).toBe(false);
    now += 1;
    await works('ping');
    expect(monitor.isAvailable).toBe(true);
  });
});
