import assert from 'node:assert/strict';
import { assertSame } from './assert-same.js';
import type { StoreRules } from './store-subject.js';

const day = 86_400_000;

export const counterStoreRules: StoreRules = [
  [
    'adds to counters, and says what each holds then',
    async ({ store: { counters }, id }) => {
      const [one, other] = [`${id}:one`, `${id}:other`];
      const add = (first: number, second: number): Promise<number[]> =>
        counters.add([
          { key: one, add: first, keepMs: day },
          { key: other, add: second, keepMs: day },
        ]);
      assertSame(await add(5, 0), [5, 0]);
      assertSame(await add(-2, 4_000_000_000_000), [3, 4_000_000_000_000]);
      assertSame(await counters.read([other, `${id}:none`, one]), [4_000_000_000_000, 0, 3]);
      assertSame(await counters.add([]), []);
      assertSame(await counters.read([]), []);
    },
  ],
  [
    'loses nothing of what is added at the same time, by all processes together',
    async ({ store, open, isShared, id }) => {
      const other = isShared ? await open() : store;
      // Two processes that name the same counters in another order must not wait for each other.
      const keys = [`${id}:a`, `${id}:b`];
      const adding = Array.from({ length: 40 }, (_, index) => {
        const change = keys.map((key) => ({ key, add: 1, keepMs: day }));
        const { counters } = index % 2 === 0 ? store : other;
        return counters.add(index % 2 === 0 ? change : change.reverse());
      });
      const seen = (await Promise.all(adding)).map(([value = 0]) => value);
      assertSame(await store.counters.read(keys), [40, 40]);
      assert.equal(Math.max(...seen), 40);
      if (other !== store) await other.close();
    },
  ],
  [
    'forgets a counter in its time, and keeps it over a restart until then',
    async ({ store, id, pass, reopen, isShared }) => {
      const [brief, lasting] = [`${id}:brief`, `${id}:lasting`];
      await store.counters.add([
        { key: brief, add: 7, keepMs: 150 },
        { key: lasting, add: 7, keepMs: day },
      ]);
      await pass(250);
      const { counters } = isShared ? await reopen() : store;
      assertSame(await counters.read([brief, lasting]), [0, 7]);
      assertSame(await counters.add([{ key: brief, add: 2, keepMs: day }]), [2]);
    },
  ],
  [
    'sweeps what is forgotten, and nothing else',
    async ({ store, id, pass }) => {
      await store.counters.add([
        { key: `${id}:gone`, add: 1, keepMs: 50 },
        { key: `${id}:kept`, add: 1, keepMs: day },
      ]);
      await pass(150);
      await store.sweep();
      assertSame(await store.counters.read([`${id}:gone`, `${id}:kept`]), [0, 1]);
    },
  ],
];
