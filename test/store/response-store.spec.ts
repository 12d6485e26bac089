import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ResponseStore } from '../../src/store/response-store.port.js';
import type { RunChange } from '../../src/store/run-store.port.js';
import {
  begin,
  deltas,
  ending,
  newResource,
  otherOwner,
  outputMessage,
  owner,
  terminal,
  userItem,
} from './support/records.js';
import { postgresIsMissing } from './support/postgres-server.js';
import { redisIsMissing } from './support/redis-server.js';
import {
  memoryFixture,
  postgresFixture,
  redisFixture,
  sqliteFixture,
  testSeal,
  type StoreFixture,
} from './support/stores.js';

type Technology = [string, () => StoreFixture | Promise<StoreFixture>];

const technologies: Technology[] = [
  ['memory', memoryFixture],
  ['sqlite', sqliteFixture],
  ...(redisIsMissing() ? [] : ([['redis', redisFixture]] as Technology[])),
  ...(postgresIsMissing() ? [] : ([['postgres', postgresFixture]] as Technology[])),
];

/** Holds every technology to one contract. Each test uses ids of its own, since the servers are shared by the tests. */
describe.each(technologies)('the %s store', (name, start) => {
  let fixture: StoreFixture;
  let store: ResponseStore;
  let serial = 0;
  let id: string;

  beforeAll(async () => {
    fixture = await start();
  });
  beforeEach(async () => {
    store = await fixture.open();
    serial += 1;
    id = `resp_${serial}`;
  });
  afterEach(() => store.close());
  afterAll(() => fixture.stop());

  async function finished(ofId: string, previous: string | null = null): Promise<void> {
    const fields = { previous_response_id: previous };
    await store.responses.begin(begin(ofId, fields));
    expect(await store.responses.finish(owner, ending(ofId, fields))).toBe(true);
  }

  it('answers a ping', async () => {
    await store.ping();
    expect(store.kind).toBe(name);
    expect(store.keepsState).toBe(true);
  });

  describe('responses', () => {
    it('keeps what was begun, updated and finished', async () => {
      const { responses } = store;
      await responses.begin(begin(id, { status: 'queued', background: true }));
      expect((await responses.find(owner, id))?.response.status).toBe('queued');

      const running = newResource(id, { background: true });
      expect(await responses.update(owner, running)).toBe(true);
      expect(await responses.find(owner, id)).toEqual({
        response: running,
        input: [userItem(`msg_in_${id}`)],
      });

      const end = ending(id, { background: true });
      expect(await responses.finish(owner, end)).toBe(true);
      expect((await responses.find(owner, id))?.response).toEqual(end.response);
    });

    it('lets the first ending win', async () => {
      const { responses } = store;
      await responses.begin(begin(id));
      const cancelled = newResource(id, { status: 'cancelled' });
      const endings = [ending(id), { response: cancelled }, ending(id, { status: 'failed' })];
      const won = await Promise.all(endings.map((end) => responses.finish(owner, end)));
      expect(won.filter(Boolean)).toHaveLength(1);
      const winner = endings[won.indexOf(true)]!;
      expect((await responses.find(owner, id))?.response).toEqual(winner.response);
      expect(await responses.update(owner, newResource(id))).toBe(false);
    });

    it('deletes, and a deleted response does not come back', async () => {
      const { responses, runs } = store;
      await responses.begin(begin(id));
      await runs.append(owner, id, 0, deltas(0, 2));
      expect(await responses.delete(owner, id)).toBe(true);
      expect(await responses.delete(owner, id)).toBe(false);
      expect(await responses.finish(owner, ending(id))).toBe(false);
      expect(await responses.find(owner, id)).toBeUndefined();
      expect(await runs.read(owner, id, 0)).toBeUndefined();
      expect(await runs.append(owner, id, 2, deltas(2, 1))).toBe('over');
    });

    it('shows nothing of it to another owner', async () => {
      await finished(id);
      const { responses, runs } = store;
      expect(await responses.find(otherOwner, id)).toBeUndefined();
      expect(await responses.chain(otherOwner, id)).toBeUndefined();
      expect(await responses.findItems(otherOwner, [`msg_out_${id}`])).toEqual(new Map());
      expect(await responses.findThoughts(otherOwner, ['key'])).toEqual(new Map());
      expect(await responses.delete(otherOwner, id)).toBe(false);
      expect(await responses.finish(otherOwner, ending(id))).toBe(false);
      expect(await runs.read(otherOwner, id, 0)).toBeUndefined();
      expect(await responses.find(owner, id)).toBeDefined();
    });

    it('gives the chain, oldest first', async () => {
      await finished(`${id}_1`);
      await finished(`${id}_2`, `${id}_1`);
      await store.responses.begin(begin(`${id}_3`, { previous_response_id: `${id}_2` }));
      const turns = await store.responses.chain(owner, `${id}_3`);
      expect(turns).toEqual([
        {
          id: `${id}_1`,
          status: 'completed',
          input: [userItem(`msg_in_${id}_1`)],
          output: [outputMessage(`msg_out_${id}_1`)],
        },
        {
          id: `${id}_2`,
          status: 'completed',
          input: [userItem(`msg_in_${id}_2`)],
          output: [outputMessage(`msg_out_${id}_2`)],
        },
        {
          id: `${id}_3`,
          status: 'in_progress',
          input: [userItem(`msg_in_${id}_3`)],
          output: [],
        },
      ]);
    });

    it('gives no part of a chain with a missing link', async () => {
      await finished(`${id}_1`);
      await finished(`${id}_2`, `${id}_1`);
      await finished(`${id}_3`, `${id}_2`);
      expect(await store.responses.chain(owner, `${id}_3`)).toHaveLength(3);
      await store.responses.delete(owner, `${id}_1`);
      expect(await store.responses.chain(owner, `${id}_3`)).toBeUndefined();
      expect(await store.responses.chain(owner, 'resp_unknown')).toBeUndefined();
    });

    it('finds output items by their ids until their response is deleted', async () => {
      await finished(`${id}_1`);
      await finished(`${id}_2`);
      const ids = [`msg_out_${id}_2`, `msg_out_${id}_1`, 'msg_unknown'];
      expect(await store.responses.findItems(owner, ids)).toEqual(
        new Map([1, 2].map((n) => [`msg_out_${id}_${n}`, outputMessage(`msg_out_${id}_${n}`)])),
      );
      await store.responses.delete(owner, `${id}_1`);
      const left = await store.responses.findItems(owner, ids);
      expect([...left.keys()]).toEqual([`msg_out_${id}_2`]);
    });

    it('finds thoughts by their keys, the newest of each, as long as their response is there', async () => {
      const { responses } = store;
      const thoughts = (by: string) =>
        new Map([by, 'both'].map((key) => [`${id}_${key}`, `by ${by}`]));
      for (const number of ['1', '2']) {
        await responses.begin(begin(`${id}_${number}`));
        const conversation = { id: 'conv_unknown', items: [userItem(`msg_${id}_${number}`)] };
        const end = { ...ending(`${id}_${number}`), thoughts: thoughts(number), conversation };
        expect(await responses.finish(owner, end)).toBe(true);
      }
      const keys = ['1', '2', 'both', 'none'].map((key) => `${id}_${key}`);
      expect(await responses.findThoughts(owner, [])).toEqual(new Map());
      expect(await responses.findThoughts(owner, keys)).toEqual(
        new Map([...thoughts('1'), ...thoughts('2')]),
      );
      await responses.delete(owner, `${id}_1`);
      expect(await responses.findThoughts(owner, keys)).toEqual(thoughts('2'));
      await responses.delete(owner, `${id}_2`);
      expect(await responses.findThoughts(owner, keys)).toEqual(new Map());
    });

    it('gives copies', async () => {
      await finished(id);
      const first = await store.responses.find(owner, id);
      first!.response.metadata.changed = 'yes';
      first!.input.pop();
      const second = await store.responses.find(owner, id);
      expect(second!.response.metadata).toEqual({});
      expect(second!.input).toHaveLength(1);
    });

    it('forgets after the time to live', async () => {
      await store.close();
      store = await fixture.open({ ttlMs: 150 });
      await finished(id);
      await store.conversations.create(owner, { id: `conv_${id}`, createdAt: 1, metadata: {} });
      expect(await store.responses.find(owner, id)).toBeDefined();
      await fixture.pass(300);
      await store.sweep();
      expect(await store.responses.find(owner, id)).toBeUndefined();
      expect(await store.responses.chain(owner, id)).toBeUndefined();
      expect(await store.responses.findItems(owner, [`msg_out_${id}`])).toEqual(new Map());
      expect(await store.conversations.find(owner, `conv_${id}`)).toBeUndefined();
    });

    it('keeps nothing readable behind a seal, and nothing that another key opens', async () => {
      await store.close();
      const seal = testSeal();
      store = await fixture.open({ seal });
      await finished(id);
      await store.runs.append(owner, id, 0, deltas(0, 1));
      expect((await store.responses.find(owner, id))?.input).toEqual([userItem(`msg_in_${id}`)]);
      if (name === 'memory') return;
      const foreign = await fixture.open({ seal: testSeal() });
      await expect(foreign.responses.find(owner, id)).rejects.toThrow(/seal keys/);
      await foreign.close();
    });
  });

  describe('conversations', () => {
    let conversation: string;

    beforeEach(async () => {
      conversation = `conv_${serial}`;
      const value = { id: conversation, createdAt: 5, metadata: { a: '1' } };
      await store.conversations.create(owner, value);
    });

    const ids = (items: { id: string }[] | undefined): string[] | undefined =>
      items?.map((item) => item.id);

    it('keeps metadata', async () => {
      const { conversations } = store;
      expect(await conversations.setMetadata(owner, conversation, { b: '2' })).toBe(true);
      expect(await conversations.find(owner, conversation)).toEqual({
        id: conversation,
        createdAt: 5,
        metadata: { b: '2' },
      });
      expect(await conversations.setMetadata(owner, 'conv_unknown', {})).toBe(false);
    });

    it('pages through items both ways', async () => {
      const { conversations } = store;
      await conversations.append(
        owner,
        conversation,
        ['a', 'b', 'c'].map((i) => userItem(i)),
      );
      await conversations.append(
        owner,
        conversation,
        ['d', 'e'].map((i) => userItem(i)),
      );
      const page = async (after: string | undefined, limit: number, order: 'asc' | 'desc') => {
        const found = await conversations.page(owner, conversation, { after, limit, order });
        return found && [ids(found.items), found.hasMore];
      };
      expect(await page(undefined, 2, 'asc')).toEqual([['a', 'b'], true]);
      expect(await page('b', 2, 'asc')).toEqual([['c', 'd'], true]);
      expect(await page('d', 2, 'asc')).toEqual([['e'], false]);
      expect(await page(undefined, 3, 'desc')).toEqual([['e', 'd', 'c'], true]);
      expect(await page('c', 2, 'desc')).toEqual([['b', 'a'], false]);
      expect(await page('unknown', 2, 'asc')).toBeUndefined();
      expect(ids(await conversations.items(owner, conversation))).toEqual([
        'a',
        'b',
        'c',
        'd',
        'e',
      ]);
    });

    it('leaves an id that is there already, and gives a removed one a new place', async () => {
      const { conversations } = store;
      await conversations.append(owner, conversation, [userItem('a', 'first'), userItem('b')]);
      await conversations.append(owner, conversation, [userItem('a', 'second'), userItem('c')]);
      expect(await conversations.findItem(owner, conversation, 'a')).toEqual(
        userItem('a', 'first'),
      );
      expect(await conversations.deleteItem(owner, conversation, 'a')).toBe(true);
      expect(await conversations.deleteItem(owner, conversation, 'a')).toBe(false);
      expect(await conversations.findItem(owner, conversation, 'a')).toBeUndefined();
      await conversations.append(owner, conversation, [userItem('a')]);
      expect(ids(await conversations.items(owner, conversation))).toEqual(['b', 'c', 'a']);
    });

    it('keeps the items of turns at the same time together', async () => {
      const turns = ['x', 'y', 'z'].map((turn) => {
        const items = [1, 2, 3].map((n) => userItem(`${turn}${n}`));
        return { turn: `${id}_${turn}`, items };
      });
      for (const { turn } of turns) await store.responses.begin(begin(turn));
      await Promise.all(
        turns.map(({ turn, items }) =>
          store.responses.finish(owner, {
            ...ending(turn),
            conversation: { id: conversation, items },
          }),
        ),
      );
      const all = ids(await store.conversations.items(owner, conversation))!;
      expect(all).toHaveLength(9);
      for (const turn of ['x', 'y', 'z']) {
        const start = all.indexOf(`${turn}1`);
        expect(all.slice(start, start + 3)).toEqual([1, 2, 3].map((n) => `${turn}${n}`));
      }
    });

    it('finishes a turn whose conversation was deleted meanwhile', async () => {
      await store.responses.begin(begin(id));
      expect(await store.conversations.delete(owner, conversation)).toBe(true);
      const gone = { id: conversation, items: [userItem('a')] };
      const end = { ...ending(id), conversation: gone };
      expect(await store.responses.finish(owner, end)).toBe(true);
      expect(await store.conversations.find(owner, conversation)).toBeUndefined();
      expect(await store.conversations.items(owner, conversation)).toBeUndefined();
      expect(await store.conversations.delete(owner, conversation)).toBe(false);
    });

    it('shows nothing of it to another owner', async () => {
      const { conversations } = store;
      await conversations.append(owner, conversation, [userItem('a')]);
      expect(await conversations.find(otherOwner, conversation)).toBeUndefined();
      expect(await conversations.items(otherOwner, conversation)).toBeUndefined();
      expect(await conversations.findItem(otherOwner, conversation, 'a')).toBeUndefined();
      expect(await conversations.append(otherOwner, conversation, [userItem('b')])).toBe(false);
      expect(await conversations.deleteItem(otherOwner, conversation, 'a')).toBe(false);
      expect(await conversations.delete(otherOwner, conversation)).toBe(false);
    });

    it('holds more items than one command takes', async () => {
      const items = Array.from({ length: 2_500 }, (_, index) => userItem(`i${index}`));
      await store.conversations.append(owner, conversation, items);
      expect(await store.conversations.items(owner, conversation)).toEqual(items);
    });
  });

  describe('runs', () => {
    it('keeps the event log, numbered by place', async () => {
      const { runs, responses } = store;
      await responses.begin(begin(id));
      expect(await runs.append(owner, id, 0, deltas(0, 3))).toBe('written');
      expect(await runs.append(owner, id, 3, deltas(3, 2))).toBe('written');
      expect(await runs.read(owner, id, 0)).toEqual({ events: deltas(0, 5), over: false });
      expect(await runs.read(owner, id, 2)).toEqual({ events: deltas(2, 3), over: false });
      expect(await runs.read(owner, id, 5)).toEqual({ events: [], over: false });

      await responses.finish(owner, { ...ending(id), events: [terminal(id)] });
      const { events, over } = (await runs.read(owner, id, 4))!;
      expect(events.map((event) => [event.sequence_number, event.type])).toEqual([
        [4, 'response.output_text.delta'],
        [5, 'response.completed'],
      ]);
      expect(over).toBe(true);
    });

    it('gives a long log page by page, and says where it ends', async () => {
      const { runs, responses } = store;
      await responses.begin(begin(id));
      const long = (first: number): ReturnType<typeof deltas> =>
        deltas(first, 2).map((event) => ({ ...event, delta: 'x'.repeat(10_000) }) as typeof event);
      for (let first = 0; first < 60; first += 2) await runs.append(owner, id, first, long(first));
      await responses.finish(owner, { ...ending(id), events: [terminal(id)] });
      const places: number[] = [];
      for (let pages = 0; ; pages++) {
        const { events, over } = (await runs.read(owner, id, places.length))!;
        expect(JSON.stringify(events).length).toBeLessThan(200_000);
        places.push(...events.map(({ sequence_number }) => sequence_number));
        if (over) {
          expect(pages).toBeGreaterThan(3);
          break;
        }
      }
      expect(places).toEqual(Array.from({ length: 61 }, (_, place) => place));
    });

    it('takes a repeated batch once, and nothing after the end', async () => {
      const { runs, responses } = store;
      await responses.begin(begin(id));
      await runs.append(owner, id, 0, deltas(0, 3));
      expect(await runs.append(owner, id, 0, deltas(0, 3))).toBe('written');
      expect((await runs.read(owner, id, 0))?.events).toEqual(deltas(0, 3));
      expect(await runs.append(owner, id, 3, [])).toBe('written');
      await responses.finish(owner, ending(id));
      expect(await runs.append(owner, id, 3, [])).toBe('over');
      expect(await runs.append(owner, id, 3, deltas(3, 1))).toBe('over');
      expect((await runs.read(owner, id, 0))?.events).toEqual(deltas(0, 3));
      expect(await runs.append(owner, 'resp_unknown', 0, deltas(0, 1))).toBe('over');
    });

    it('tells watchers of events and of the end, also those of another process', async () => {
      const other = name === 'memory' ? store : await fixture.open();
      await store.responses.begin(begin(id));
      const watched = await watchChanges(other, id);
      await store.runs.append(owner, id, 0, deltas(0, 1));
      await watched.next('events');
      await store.responses.finish(owner, ending(id));
      await watched.next('over');
      watched.stop();
      if (other !== store) await other.close();
    });

    it('tells watchers of a deletion', async () => {
      await store.responses.begin(begin(id));
      const watched = await watchChanges(store, id);
      await store.responses.delete(owner, id);
      await watched.next('over');
      watched.stop();
    });

    it('finds the responses of a process without a lease', async () => {
      if (name === 'memory') return;
      const { runs, responses } = store;
      const replica = `replica-${id}`;
      expect(await runs.renewLease(replica, 200)).toBe(false);
      await responses.begin({ ...begin(`${id}_run`), replica });
      await responses.begin({ ...begin(`${id}_done`), replica });
      await responses.finish(owner, ending(`${id}_done`));
      const lost = async () =>
        (await runs.orphans()).map((run) => run.id).filter((run) => run.startsWith(`${id}_`));
      expect(await lost()).toEqual([]);
      await fixture.pass(300);
      expect(await lost()).toEqual([`${id}_run`]);
      expect(await runs.renewLease(replica, 10_000)).toBe(false);
      expect(await runs.renewLease(replica, 10_000)).toBe(true);
      expect(await lost()).toEqual([]);
      await runs.endLease(replica);
      expect(await lost()).toEqual([`${id}_run`]);
      await responses.finish(owner, ending(`${id}_run`, { status: 'failed' }));
      expect(await lost()).toEqual([]);
    });
  });
});

async function watchChanges(store: ResponseStore, id: string) {
  const waiting = new Map<RunChange, () => void>();
  const seen = new Set<RunChange>();
  const stop = await store.runs.watch(owner, id, (change) => {
    seen.add(change);
    waiting.get(change)?.();
  });
  return {
    stop,
    next: (change: RunChange) =>
      new Promise<void>((resolve) => {
        if (seen.has(change)) resolve();
        else waiting.set(change, resolve);
      }),
  };
}
