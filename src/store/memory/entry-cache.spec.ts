import { describe, expect, it } from '@jest/globals';
import { EntryCache, type Measured } from './entry-cache.js';

const key = (number: number): string => `entry ${number}`;
const entry = (bytes: number, pinned = false): Measured => ({ bytes, pinned, expiresAt: 1000 });

function cacheOf(maxBytes: number): { cache: EntryCache<Measured>; removed: string[] } {
  const removed: string[] = [];
  const cache = new EntryCache<Measured>(
    maxBytes,
    () => 0,
    (name) => removed.push(name),
  );
  return { cache, removed };
}

describe('EntryCache', () => {
  it('lets go of what was used the longest time ago', () => {
    const { cache, removed } = cacheOf(30);
    for (const number of [1, 2, 3]) cache.set(key(number), entry(10));
    cache.get(key(1));
    cache.set(key(4), entry(10));
    cache.set(key(5), entry(10));
    expect(removed).toEqual([key(2), key(3)]);
    expect(cache.bytes).toBe(30);
  });

  it('passes what is pinned until it is let go', () => {
    const { cache, removed } = cacheOf(30);
    const pinned = entry(10, true);
    cache.set(key(1), pinned);
    for (const number of [2, 3, 4]) cache.set(key(number), entry(10));
    expect(removed).toEqual([key(2)]);
    cache.unpin(key(1), pinned, 10);
    for (const number of [5, 6, 7]) cache.set(key(number), entry(10));
    expect(removed).toEqual([2, 3, 4, 1].map(key));
  });

  it('refuses what has no room beside what is pinned, and keeps the rest', () => {
    const { cache, removed } = cacheOf(30);
    for (const number of [1, 2]) cache.set(key(number), entry(10, true));
    expect(() => {
      cache.set(key(3), entry(20));
    }).toThrow('The store is full (STORE_MAX_BYTES).');
    cache.set(key(4), entry(10));
    expect(removed).toEqual([key(3)]);
    expect([1, 2, 4].map((number) => cache.get(key(number))?.bytes)).toEqual([10, 10, 10]);
  });

  /** Looks at all entries from the front each time, as the rule says it; the cache goes on where its last walk stopped. */
  it('lets go of the same entries as a walk from the front, whatever was done before', () => {
    const maxBytes = 1000;
    const { cache, removed } = cacheOf(maxBytes);
    const expected: string[] = [];
    const model = new Map<string, Measured>();
    const total = (): number => [...model.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    const evict = (keep: string): void => {
      for (const [name, { pinned }] of model) {
        if (total() <= maxBytes) return;
        if (name === keep || pinned) continue;
        model.delete(name);
        expected.push(name);
      }
    };
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 16807) % 2147483647) % below;
    for (let step = 0; step < 20_000; step++) {
      const name = key(random(60));
      const known = model.get(name);
      if (known === undefined) {
        const size = 1 + random(60);
        const pinned =
          random(8) === 0 && [...model.values()].filter((one) => one.pinned).length < 5;
        model.set(name, entry(size, pinned));
        evict(name);
        cache.set(name, entry(size, pinned));
        continue;
      }
      const found = cache.get(name);
      if (found === undefined) throw new Error(`${name} is lost at step ${step}.`);
      model.delete(name);
      model.set(name, known);
      known.bytes = 1 + random(60);
      const isLetGo = known.pinned && random(2) === 0;
      if (isLetGo) known.pinned = false;
      evict(name);
      if (isLetGo) cache.unpin(name, found, known.bytes);
      else cache.resize(name, found, known.bytes);
    }
    expect(removed).toEqual(expected);
    expect(cache.bytes).toBe(total());
    expect(expected.length).toBeGreaterThan(1000);
  });
});
