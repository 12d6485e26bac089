import assert from 'node:assert/strict';
import { assertSame } from './assert-same.js';
import { present } from './present.js';
import type { StoreRules } from './store-subject.js';
import { begin, ending, otherOwner, owner, userItem } from './store-records.js';

const ids = (items: { id: string }[] | undefined): string[] | undefined =>
  items?.map((item) => item.id);

/** Holds the part of a store's contract that is of conversations. */
export const conversationStoreRules: StoreRules = [
  [
    'keeps metadata',
    async ({ store, conversation }) => {
      const { conversations } = store;
      assert.equal(await conversations.setMetadata(owner, conversation, { b: '2' }), true);
      assertSame(await conversations.find(owner, conversation), {
        id: conversation,
        createdAt: 5,
        metadata: { b: '2' },
      });
      assert.equal(await conversations.setMetadata(owner, 'conv_unknown', {}), false);
    },
  ],

  [
    'pages through items both ways',
    async ({ store, conversation }) => {
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
      assertSame(await page(undefined, 2, 'asc'), [['a', 'b'], true]);
      assertSame(await page('b', 2, 'asc'), [['c', 'd'], true]);
      assertSame(await page('d', 2, 'asc'), [['e'], false]);
      assertSame(await page(undefined, 3, 'desc'), [['e', 'd', 'c'], true]);
      assertSame(await page('c', 2, 'desc'), [['b', 'a'], false]);
      assert.equal(await page('unknown', 2, 'asc'), undefined);
      assertSame(ids(await conversations.items(owner, conversation)), ['a', 'b', 'c', 'd', 'e']);
    },
  ],

  [
    'leaves an id that is there already, and gives a removed one a new place',
    async ({ store, conversation }) => {
      const { conversations } = store;
      await conversations.append(owner, conversation, [userItem('a', 'first'), userItem('b')]);
      await conversations.append(owner, conversation, [userItem('a', 'second'), userItem('c')]);
      assertSame(await conversations.findItem(owner, conversation, 'a'), userItem('a', 'first'));
      assert.equal(await conversations.deleteItem(owner, conversation, 'a'), true);
      assert.equal(await conversations.deleteItem(owner, conversation, 'a'), false);
      assert.equal(await conversations.findItem(owner, conversation, 'a'), undefined);
      await conversations.append(owner, conversation, [userItem('a')]);
      assertSame(ids(await conversations.items(owner, conversation)), ['b', 'c', 'a']);
    },
  ],

  [
    'keeps the items of turns at the same time together',
    async ({ store, id, conversation }) => {
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
      const all = present(ids(await store.conversations.items(owner, conversation)));
      assert.equal(all.length, 9);
      for (const turn of ['x', 'y', 'z']) {
        const start = all.indexOf(`${turn}1`);
        assertSame(
          all.slice(start, start + 3),
          [1, 2, 3].map((n) => `${turn}${n}`),
        );
      }
    },
  ],

  [
    'finishes a turn whose conversation was deleted meanwhile',
    async ({ store, id, conversation }) => {
      await store.responses.begin(begin(id));
      assert.equal(await store.conversations.delete(owner, conversation), true);
      const gone = { id: conversation, items: [userItem('a')] };
      const end = { ...ending(id), conversation: gone };
      assert.equal(await store.responses.finish(owner, end), true);
      assert.equal(await store.conversations.find(owner, conversation), undefined);
      assert.equal(await store.conversations.items(owner, conversation), undefined);
      assert.equal(await store.conversations.delete(owner, conversation), false);
    },
  ],

  [
    'shows nothing of it to another owner',
    async ({ store, conversation }) => {
      const { conversations } = store;
      await conversations.append(owner, conversation, [userItem('a')]);
      assert.equal(await conversations.find(otherOwner, conversation), undefined);
      assert.equal(await conversations.items(otherOwner, conversation), undefined);
      assert.equal(await conversations.findItem(otherOwner, conversation, 'a'), undefined);
      assert.equal(await conversations.append(otherOwner, conversation, [userItem('b')]), false);
      assert.equal(await conversations.deleteItem(otherOwner, conversation, 'a'), false);
      assert.equal(await conversations.delete(otherOwner, conversation), false);
    },
  ],

  [
    'holds more items than one command takes',
    async ({ store, conversation }) => {
      const items = Array.from({ length: 2_500 }, (_, index) => userItem(`i${index}`));
      await store.conversations.append(owner, conversation, items);
      assertSame(await store.conversations.items(owner, conversation), items);
    },
  ],
];
