import { expect, it } from '@jest/globals';
import { ClockJumps } from './clock-jumps.js';

const hour = 3_600_000;

/** A clock that shows another time than has passed. */
function clocks(): {
  jumps: ClockJumps;
  jump: (ms: number) => number;
  pass: (ms: number) => number;
} {
  let [passed, ahead] = [1_000, 0];
  const jumps = new ClockJumps({ now: () => 1e12 + passed + ahead }, { now: () => passed });
  return { jumps, jump: (ms) => (ahead += ms), pass: (ms) => (passed += ms) };
}

it('doubts a clock that jumped ahead, until it comes back', () => {
  const { jumps, jump, pass } = clocks();
  pass(24 * hour);
  jump(50_000);
  expect(jumps.isDoubtful()).toBe(false);
  jump(40 * 24 * hour);
  expect(jumps.isDoubtful()).toBe(true);
  pass(hour / 2);
  expect(jumps.isDoubtful()).toBe(true);
  jump(-40 * 24 * hour);
  expect(jumps.isDoubtful()).toBe(false);
});

it('believes it after an hour, as that of a machine that has slept', () => {
  const { jumps, jump, pass } = clocks();
  jump(8 * hour);
  expect(jumps.isDoubtful()).toBe(true);
  pass(hour);
  expect(jumps.isDoubtful()).toBe(false);
  jump(8 * hour);
  expect(jumps.isDoubtful()).toBe(true);
});

it('believes a clock that was set back at once', () => {
  const { jumps, jump } = clocks();
  jump(-8 * hour);
  expect(jumps.isDoubtful()).toBe(false);
  jump(8 * hour);
  expect(jumps.isDoubtful()).toBe(true);
});
