import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { growthOf } from '../../test/support/growth.js';
import { excessOf } from './json-excess.js';

function separatorsOf(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  const members = Object.values(value);
  const own = Math.max(0, members.length - 1) + (Array.isArray(value) ? 0 : members.length);
  return members.reduce<number>((sum, member) => sum + separatorsOf(member), own);
}

const holdsMoreValuesThan = (bytes: Buffer, separators: number): boolean =>
  excessOf(bytes, { separators, names: Infinity, depth: Infinity }) !== undefined;

function depthOf(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('excessOf', () => {
  it('measures the depth', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const bytes = Buffer.from(JSON.stringify(value));
        const depth = depthOf(value);
        const others = { separators: Infinity, names: Infinity };
        expect(excessOf(bytes, { ...others, depth })).toBeUndefined();
        if (depth > 0) expect(excessOf(bytes, { ...others, depth: depth - 1 })).toBe('depth');
      }),
    );
  });

  it('counts what stands outside strings, whatever these hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, 2), (value, indent) => {
        const bytes = Buffer.from(JSON.stringify(value, null, indent));
        const count = separatorsOf(value);
        expect(holdsMoreValuesThan(bytes, count)).toBe(false);
        if (count > 0) expect(holdsMoreValuesThan(bytes, count - 1)).toBe(true);
      }),
    );
  });

  it('counts names for themselves', () => {
    const bytes = Buffer.from('[{"a":{"b":"c:"}},":",{"d":1}]');
    const others = { separators: Infinity, depth: Infinity };
    expect(excessOf(bytes, { ...others, names: 3 })).toBeUndefined();
    expect(excessOf(bytes, { ...others, names: 2 })).toBe('names');
  });

  it.each([
    ['{"a\\\\" : 1, "b": 2}', 3],
    ['["\\"", ",:"]', 1],
    ['["unclosed, : ', 0],
  ])('%j has %i', (text, count) => {
    expect(holdsMoreValuesThan(Buffer.from(text), count)).toBe(false);
    expect(holdsMoreValuesThan(Buffer.from(text), count - 1)).toBe(count > 0);
  });

  it.each(['\\', '"', '\\"', ',', 'a'])('takes linear time on a run of %j', (unit) => {
    const text = Buffer.from(`["${unit.repeat(1_600_000)}`);
    // The text is scanned several times, so that the clock has something to measure of the small text as well.
    const scan = (size: number): void => {
      for (let round = 0; round < 5; round++) holdsMoreValuesThan(text.subarray(0, size), Infinity);
    };
    expect(growthOf(scan, 100_000, 1_600_000, 100)).toBeLessThan(100);
  });
});
