import { beforeEach, expect, it, jest } from '@jest/globals';
import { MemoryCounters } from '../store/memory/memory-counters.js';
import { Ledger, type Charge } from './ledger.service.js';

const day = 86_400_000;
const clock = { now: () => 1_700_000_000_000 };

let counters: MemoryCounters;
let add: jest.Spied<MemoryCounters['add']>;
beforeEach(() => {
  counters = new MemoryCounters(clock);
  add = jest.spyOn(counters, 'add');
});

/** One more process on the same store. */
const newLedger = () => {
  const closing: (() => Promise<void>)[] = [];
  const ledger = new Ledger(
    { counters } as never,
    { beforeClose: (write: () => Promise<void>) => closing.push(write) } as never,
  );
  return Object.assign(ledger, { close: () => closing[0]?.() });
};
const charge = (ledger: Ledger, limit: number | undefined, amount = 1, key = 'a'): Charge => ({
  counter: ledger.counter(key, day),
  amount,
  limit,
});
const admitted = async (asked: ReturnType<Ledger['take']>[]) =>
  (await Promise.all(asked.map((refused) => Promise.resolve(refused)))).filter(
    (refused) => refused === undefined,
  ).length;

it('two processes together let in what a small limit allows, however many come at once', async () => {
  const ledgers = [newLedger(), newLedger()];
  const asked = Array.from({ length: 30 }, (_, index) => {
    const ledger = ledgers[index % 2] ?? newLedger();
    return ledger.take([charge(ledger, 7)]);
  });
  expect(await admitted(asked)).toBe(7);
  await Promise.all(ledgers.map((ledger) => ledger.flush()));
  expect(await counters.read(['a'])).toEqual([7]);
});

it('processes that ask in turn exceed a large limit by a twentieth each at most', async () => {
  const ledgers = [newLedger(), newLedger(), newLedger()];
  let count = 0;
  for (let round = 0; round < 1_000; round += 1)
    for (const ledger of ledgers)
      if ((await ledger.take([charge(ledger, 1_000)])) === undefined) count += 1;
  expect(count).toBeGreaterThanOrEqual(1_000);
  expect(count).toBeLessThanOrEqual(1_000 + 3 * 50);
});

it('asks the store seldom while there is much left', async () => {
  const ledger = newLedger();
  for (let round = 0; round < 1_000; round += 1)
    expect(await ledger.take([charge(ledger, 10_000), charge(ledger, undefined, 5, 'b')])).toBe(
      undefined,
    );
  expect(add.mock.calls.length).toBeLessThan(10);
  expect(await ledger.read(['a', 'b'])).toEqual([1_000, 5_000]);
});

it('charges nothing where one of several limits is reached, and gives back what came back', async () => {
  const ledger = newLedger();
  const both = () => [charge(ledger, 100, 40, 'large'), charge(ledger, 2, 1, 'small')];
  expect(await admitted([ledger.take(both()), ledger.take(both())])).toBe(2);
  expect((await ledger.take(both()))?.counter.key).toBe('small');
  expect(await ledger.read(['large', 'small'])).toEqual([80, 2]);
  ledger.add(ledger.counter('small', day), -1);
  expect(await ledger.take(both())).toBe(undefined);
  await ledger.flush();
  expect(await counters.read(['large', 'small'])).toEqual([120, 2]);
});

it('goes by itself while the store is away, and sends everything when it is back', async () => {
  const ledger = newLedger();
  expect(await ledger.take([charge(ledger, 5)])).toBe(undefined);
  add.mockRejectedValue(new Error('away'));
  const asked = Array.from({ length: 6 }, () => ledger.take([charge(ledger, 5)]));
  expect(await admitted(asked)).toBe(4);
  const calls = add.mock.calls.length;
  await ledger.take([charge(ledger, 5)]);
  // A store that has just failed keeps nobody waiting.
  expect(add.mock.calls).toHaveLength(calls);
  add.mockRestore();
  await ledger.close();
  expect(await counters.read(['a'])).toEqual([5]);
});

it('knows what was counted before it began', async () => {
  await counters.add([{ key: 'a', add: 3, keepMs: day }]);
  const ledger = newLedger();
  expect(await ledger.take([charge(ledger, 3, 0)])).toMatchObject({ limit: 3 });
  expect(await ledger.take([charge(ledger, 4, 0)])).toBe(undefined);
  expect(await counters.read(['a'])).toEqual([3]);
});
