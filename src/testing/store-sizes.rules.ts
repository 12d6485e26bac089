import assert from 'node:assert/strict';
import { PAGE_BYTES } from '../store/conversation-store.port.js';
import { TooLargeError } from '../store/response-record-store.port.js';
import { assertSame } from './assert-same.js';
import { present } from './present.js';
import { owner, userItem } from './store-records.js';
import type { StoreRules } from './store-subject.js';

/** Reads with too little room, which says how much there is, and then with just enough. */
async function sizeOf(read: (mostBytes: number) => Promise<unknown>): Promise<number> {
  const error: unknown = await read(10).catch((reason: unknown) => reason);
  assert(error instanceof TooLargeError);
  const { bytes } = error;
  assertSame(await read(bytes), await read(Number.MAX_SAFE_INTEGER));
  await assert.rejects(read(bytes - 1), TooLargeError);
  return bytes;
}

/** What one client has stored may be far more than others leave room for: it is refused before it is read. */
export const storeSizeRules: StoreRules = [
  [
    'reads no chain and no items that are longer than there is room for, and says how long',
    async ({ store, id, finished }) => {
      await finished(`${id}_1`);
      await finished(`${id}_2`, `${id}_1`);
      const { responses } = store;
      const one = await sizeOf((most) => responses.chain(owner, `${id}_1`, most));
      assert.equal(await sizeOf((most) => responses.chain(owner, `${id}_2`, most)), 2 * one);
      const item = `msg_out_${id}_1`;
      const items = [item, `msg_out_${id}_2`];
      const output = await sizeOf((most) => responses.findItems(owner, [item], most));
      assert.equal(await sizeOf((most) => responses.findItems(owner, items, most)), 2 * output);
      assert.equal(await responses.chain(owner, 'resp_unknown', 10), undefined);
      assertSame(await responses.findItems(owner, ['msg_unknown'], 10), new Map());
    },
  ],
  [
    'ends a page that has become too large, and reads no list that is',
    async ({ store: { conversations }, conversation }) => {
      const large = 'x'.repeat(PAGE_BYTES / 2);
      const names = ['a', 'b', 'c', 'd', 'e'];
      const all = names.map((name) => userItem(name, large));
      await conversations.append(owner, conversation, all);
      const page = async (order: 'asc' | 'desc', after?: string): Promise<unknown> => {
        const request = { after, limit: 5, order };
        const { items, hasMore } = present(await conversations.page(owner, conversation, request));
        return [items.map(({ id }) => id), hasMore];
      };
      assertSame(await page('asc'), [['a', 'b'], true]);
      assertSame(await page('asc', 'c'), [['d', 'e'], false]);
      assertSame(await page('desc'), [['e', 'd'], true]);
      assertSame(await page('desc', 'c'), [['b', 'a'], false]);
      const items = (most?: number) => conversations.items(owner, conversation, most);
      await assert.rejects(items(PAGE_BYTES), TooLargeError);
      assert.equal(present(await items(3 * PAGE_BYTES)).length, 5);
    },
  ],
];
