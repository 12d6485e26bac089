import { describe, expect, it } from '@jest/globals';
import { rendezvous } from './rendezvous.js';

const target = (name: string, weight: number) => ({ name, weight });
const keys = Array.from({ length: 2_000 }, (_, index) => `conversation ${index}`);
const firstOf = (targets: ReturnType<typeof target>[], key: string) =>
  rendezvous(targets, key)[0]?.name;

describe('rendezvous', () => {
  it.each([[[3, 1]], [[1, 1]], [[5, 3, 2]], [[0.5, 0.25, 0.25]]])(
    'takes each target as often as its weight says, within 3 points: %j',
    (weights) => {
      const targets = weights.map((weight, index) => target(`t${index}`, weight));
      const whole = weights.reduce((sum, weight) => sum + weight, 0);
      for (const [index, weight] of weights.entries()) {
        const share = keys.filter((key) => firstOf(targets, key) === `t${index}`).length / 2_000;
        expect(Math.abs(share - weight / whole)).toBeLessThan(0.03);
      }
    },
  );

  it('moves only the keys of a target that goes, and gives them back when it returns', () => {
    const all = [target('a', 2), target('b', 1), target('c', 1)];
    for (const key of keys) {
      const before = firstOf(all, key);
      const without = all.filter(({ name }) => name !== 'b');
      if (before !== 'b') expect(firstOf(without, key)).toBe(before);
      expect(firstOf([...without, target('b', 1)], key)).toBe(before);
    }
  });
});
