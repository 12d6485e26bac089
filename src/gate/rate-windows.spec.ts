import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { RateWindows } from './rate-windows.js';

const minute = 60_000;
let windows: RateWindows;
beforeEach(() => {
  jest.useFakeTimers();
  windows = new RateWindows();
});
afterEach(() => {
  jest.useRealTimers();
});

function count(caller: string): { current: number; ttl: number } {
  const counted =
    jest.fn<(error: Error | null, result: { current: number; ttl: number }) => void>();
  windows.incr(caller, counted, minute);
  return counted.mock.lastCall![1];
}

it('counts each caller for a minute from its first request', () => {
  expect(count('a')).toEqual({ current: 1, ttl: minute });
  jest.advanceTimersByTime(20_000);
  expect(count('a')).toEqual({ current: 2, ttl: 40_000 });
  expect(count('b')).toEqual({ current: 1, ttl: minute });
  jest.advanceTimersByTime(40_000);
  expect(count('a')).toEqual({ current: 1, ttl: minute });
});

it.each([-60 * minute, 60 * minute])(
  'goes by the time that passes while the clock jumps by %d ms',
  (jump) => {
    count('a');
    jest.setSystemTime(Date.now() + jump);
    jest.advanceTimersByTime(59_000);
    expect(count('a')).toEqual({ current: 2, ttl: 1_000 });
    jest.advanceTimersByTime(1_000);
    expect(count('a').current).toBe(1);
  },
);

it('remembers the callers that came last', () => {
  count('first');
  for (let number = 0; number < 10_000; number += 1) count(`caller-${number}`);
  expect(count('caller-1').current).toBe(2);
  expect(count('first').current).toBe(1);
});
