import assert from 'node:assert/strict';
import { assertSame } from './assert-same.js';
import { watchChanges } from './watch-changes.js';
import { present } from './present.js';
import type { StoreRules } from './store-subject.js';
import { begin, deltas, ending, owner, terminal } from './store-records.js';

/** Holds the part of a store's contract that is of event logs and leases. */
export const runStoreRules: StoreRules = [
  [
    'keeps the event log, numbered by place',
    async ({ store, id }) => {
      const { runs, responses } = store;
      await responses.begin(begin(id));
      assert.equal(await runs.append(owner, id, 0, deltas(0, 3)), 'written');
      assert.equal(await runs.append(owner, id, 3, deltas(3, 2)), 'written');
      assertSame(await runs.read(owner, id, 0), { events: deltas(0, 5), over: false });
      assertSame(await runs.read(owner, id, 2), { events: deltas(2, 3), over: false });
      assertSame(await runs.read(owner, id, 5), { events: [], over: false });

      await responses.finish(owner, { ...ending(id), events: [terminal(id)] });
      const { events, over } = present(await runs.read(owner, id, 4));
      assertSame(
        events.map((event) => [event.sequence_number, event.type]),
        [
          [4, 'response.output_text.delta'],
          [5, 'response.completed'],
        ],
      );
      assert.equal(over, true);
    },
  ],

  [
    'gives a long log page by page, and says where it ends',
    async ({ store, id }) => {
      const { runs, responses } = store;
      await responses.begin(begin(id));
      const long = (first: number): ReturnType<typeof deltas> =>
        deltas(first, 2).map((event) => ({ ...event, delta: 'x'.repeat(10_000) }) as typeof event);
      for (let first = 0; first < 60; first += 2) await runs.append(owner, id, first, long(first));
      await responses.finish(owner, { ...ending(id), events: [terminal(id)] });
      const places: number[] = [];
      for (let pages = 0; ; pages++) {
        const { events, over } = present(await runs.read(owner, id, places.length));
        assert.ok(JSON.stringify(events).length < 200_000);
        places.push(...events.map(({ sequence_number }) => sequence_number));
        if (over) {
          assert.ok(pages > 3);
          break;
        }
      }
      assertSame(
        places,
        Array.from({ length: 61 }, (_, place) => place),
      );
    },
  ],

  [
    'takes a repeated batch once, and nothing after the end',
    async ({ store, id }) => {
      const { runs, responses } = store;
      await responses.begin(begin(id));
      await runs.append(owner, id, 0, deltas(0, 3));
      assert.equal(await runs.append(owner, id, 0, deltas(0, 3)), 'written');
      assertSame((await runs.read(owner, id, 0))?.events, deltas(0, 3));
      assert.equal(await runs.append(owner, id, 3, []), 'written');
      await responses.finish(owner, ending(id));
      assert.equal(await runs.append(owner, id, 3, []), 'over');
      assert.equal(await runs.append(owner, id, 3, deltas(3, 1)), 'over');
      assertSame((await runs.read(owner, id, 0))?.events, deltas(0, 3));
      assert.equal(await runs.append(owner, 'resp_unknown', 0, deltas(0, 1)), 'over');
    },
  ],

  [
    'tells watchers of events and of the end, also those of another process',
    async ({ store, id, open, isShared }) => {
      const other = isShared ? await open() : store;
      await store.responses.begin(begin(id));
      const watched = await watchChanges(other, id);
      await store.runs.append(owner, id, 0, deltas(0, 1));
      await watched.next('events');
      await store.responses.finish(owner, ending(id));
      await watched.next('over');
      watched.stop();
      if (other !== store) await other.close();
    },
  ],

  [
    'tells watchers of a deletion',
    async ({ store, id }) => {
      await store.responses.begin(begin(id));
      const watched = await watchChanges(store, id);
      await store.responses.delete(owner, id);
      await watched.next('over');
      watched.stop();
    },
  ],

  [
    'finds the responses of a process without a lease',
    async ({ store, id, pass, isShared }) => {
      if (!isShared) return;
      const { runs, responses } = store;
      const replica = `replica-${id}`;
      assert.equal(await runs.renewLease(replica, 200), false);
      await responses.begin({ ...begin(`${id}_run`), replica });
      await responses.begin({ ...begin(`${id}_done`), replica });
      await responses.finish(owner, ending(`${id}_done`));
      const lost = async () =>
        (await runs.orphans()).map((run) => run.id).filter((run) => run.startsWith(`${id}_`));
      assertSame(await lost(), []);
      await pass(300);
      assertSame(await lost(), [`${id}_run`]);
      assert.equal(await runs.renewLease(replica, 10_000), false);
      assert.equal(await runs.renewLease(replica, 10_000), true);
      assertSame(await lost(), []);
      await runs.endLease(replica);
      assertSame(await lost(), [`${id}_run`]);
      await responses.finish(owner, ending(`${id}_run`, { status: 'failed' }));
      assertSame(await lost(), []);
    },
  ],
];
