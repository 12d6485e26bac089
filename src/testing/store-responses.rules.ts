import assert from 'node:assert/strict';
import { assertSame } from './assert-same.js';
import { testSeal } from './test-seal.js';
import { present } from './present.js';
import type { StoreRules } from './store-subject.js';
import {
  begin,
  deltas,
  ending,
  newResource,
  otherOwner,
  outputMessage,
  owner,
  userItem,
} from './store-records.js';

/** Holds the part of a store's contract that is of stored responses. */
export const responseStoreRules: StoreRules = [
  [
    'keeps what was begun, updated and finished',
    async ({ store, id }) => {
      const { responses } = store;
      await responses.begin(begin(id, { status: 'queued', background: true }));
      assert.equal((await responses.find(owner, id))?.response.status, 'queued');

      const running = newResource(id, { background: true });
      assert.equal(await responses.update(owner, running), true);
      assertSame(await responses.find(owner, id), {
        response: running,
        input: [userItem(`msg_in_${id}`)],
      });

      const end = ending(id, { background: true });
      assert.equal(await responses.finish(owner, end), true);
      assertSame((await responses.find(owner, id))?.response, end.response);
    },
  ],

  [
    'lets the first ending win',
    async ({ store, id }) => {
      const { responses } = store;
      await responses.begin(begin(id));
      const cancelled = newResource(id, { status: 'cancelled' });
      const endings = [ending(id), { response: cancelled }, ending(id, { status: 'failed' })];
      const won = await Promise.all(endings.map((end) => responses.finish(owner, end)));
      assert.equal(won.filter(Boolean).length, 1);
      const winner = present(endings[won.indexOf(true)]);
      assertSame((await responses.find(owner, id))?.response, winner.response);
      assert.equal(await responses.update(owner, newResource(id)), false);
    },
  ],

  [
    'deletes, and a deleted response does not come back',
    async ({ store, id }) => {
      const { responses, runs } = store;
      await responses.begin(begin(id));
      await runs.append(owner, id, 0, deltas(0, 2));
      assert.equal(await responses.delete(owner, id), true);
      assert.equal(await responses.delete(owner, id), false);
      assert.equal(await responses.finish(owner, ending(id)), false);
      assert.equal(await responses.find(owner, id), undefined);
      assert.equal(await runs.read(owner, id, 0), undefined);
      assert.equal(await runs.append(owner, id, 2, deltas(2, 1)), 'over');
    },
  ],

  [
    'shows nothing of it to another owner',
    async ({ store, id, finished }) => {
      await finished(id);
      const { responses, runs } = store;
      assert.equal(await responses.find(otherOwner, id), undefined);
      assert.equal(await responses.chain(otherOwner, id), undefined);
      assertSame(await responses.findItems(otherOwner, [`msg_out_${id}`]), new Map());
      assertSame(await responses.findThoughts(otherOwner, ['key']), new Map());
      assert.equal(await responses.delete(otherOwner, id), false);
      assert.equal(await responses.finish(otherOwner, ending(id)), false);
      assert.equal(await runs.read(otherOwner, id, 0), undefined);
      assert.notEqual(await responses.find(owner, id), undefined);
    },
  ],

  [
    'gives the chain, oldest first',
    async ({ store, id, finished }) => {
      await finished(`${id}_1`);
      await finished(`${id}_2`, `${id}_1`);
      await store.responses.begin(begin(`${id}_3`, { previous_response_id: `${id}_2` }));
      const turns = await store.responses.chain(owner, `${id}_3`);
      assertSame(turns, [
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
    },
  ],

  [
    'gives no part of a chain with a missing link',
    async ({ store, id, finished }) => {
      await finished(`${id}_1`);
      await finished(`${id}_2`, `${id}_1`);
      await finished(`${id}_3`, `${id}_2`);
      assert.equal((await store.responses.chain(owner, `${id}_3`))?.length, 3);
      await store.responses.delete(owner, `${id}_1`);
      assert.equal(await store.responses.chain(owner, `${id}_3`), undefined);
      assert.equal(await store.responses.chain(owner, 'resp_unknown'), undefined);
    },
  ],

  [
    'finds output items by their ids until their response is deleted',
    async ({ store, id, finished }) => {
      await finished(`${id}_1`);
      await finished(`${id}_2`);
      const ids = [`msg_out_${id}_2`, `msg_out_${id}_1`, 'msg_unknown'];
      assertSame(
        await store.responses.findItems(owner, ids),
        new Map([1, 2].map((n) => [`msg_out_${id}_${n}`, outputMessage(`msg_out_${id}_${n}`)])),
      );
      await store.responses.delete(owner, `${id}_1`);
      const left = await store.responses.findItems(owner, ids);
      assertSame([...left.keys()], [`msg_out_${id}_2`]);
    },
  ],

  [
    'finds thoughts by their keys, the newest of each, as long as their response is there',
    async ({ store, id }) => {
      const { responses } = store;
      const thoughts = (by: string) =>
        new Map([by, 'both'].map((key) => [`${id}_${key}`, `by ${by}`]));
      for (const number of ['1', '2']) {
        await responses.begin(begin(`${id}_${number}`));
        const conversation = { id: 'conv_unknown', items: [userItem(`msg_${id}_${number}`)] };
        const end = { ...ending(`${id}_${number}`), thoughts: thoughts(number), conversation };
        assert.equal(await responses.finish(owner, end), true);
      }
      const keys = ['1', '2', 'both', 'none'].map((key) => `${id}_${key}`);
      assertSame(await responses.findThoughts(owner, []), new Map());
      assertSame(
        await responses.findThoughts(owner, keys),
        new Map([...thoughts('1'), ...thoughts('2')]),
      );
      await responses.delete(owner, `${id}_1`);
      assertSame(await responses.findThoughts(owner, keys), thoughts('2'));
      await responses.delete(owner, `${id}_2`);
      assertSame(await responses.findThoughts(owner, keys), new Map());
    },
  ],

  [
    'gives copies',
    async ({ store, id, finished }) => {
      await finished(id);
      const first = await store.responses.find(owner, id);
      present(first).response.metadata.changed = 'yes';
      present(first).input.pop();
      const second = await store.responses.find(owner, id);
      assertSame(present(second).response.metadata, {});
      assert.equal(present(second).input.length, 1);
    },
  ],

  [
    'forgets after the time to live',
    async ({ id, reopen, pass, finished }) => {
      const store = await reopen({ ttlMs: 150 });
      await finished(id);
      await store.conversations.create(owner, { id: `conv_${id}`, createdAt: 1, metadata: {} });
      assert.notEqual(await store.responses.find(owner, id), undefined);
      await pass(300);
      await store.sweep();
      assert.equal(await store.responses.find(owner, id), undefined);
      assert.equal(await store.responses.chain(owner, id), undefined);
      assertSame(await store.responses.findItems(owner, [`msg_out_${id}`]), new Map());
      assert.equal(await store.conversations.find(owner, `conv_${id}`), undefined);
    },
  ],

  [
    'keeps nothing readable behind a seal, and nothing that another key opens',
    async ({ id, open, reopen, isShared, finished }) => {
      const seal = testSeal();
      const store = await reopen({ seal });
      await finished(id);
      await store.runs.append(owner, id, 0, deltas(0, 1));
      assertSame((await store.responses.find(owner, id))?.input, [userItem(`msg_in_${id}`)]);
      if (!isShared) return;
      const foreign = await open({ seal: testSeal() });
      await assert.rejects(foreign.responses.find(owner, id), /seal keys/);
      await foreign.close();
    },
  ],
];
