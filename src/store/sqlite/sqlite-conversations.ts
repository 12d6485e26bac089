import {
  PAGE_BYTES,
  type ConversationStore,
  type ItemPage,
  type ItemPageRequest,
  type StoredConversation,
  type StoredItem,
} from '../conversation-store.port.js';
import { anySize, assertFits, decodeItems, firstPage } from '../response-texts.js';
import type { SqliteContext } from './sqlite-context.js';
import { whenFree } from './when-free.js';

const living = 'owner = ? AND id = ? AND expires_at > ?';
const inConversation = 'owner = ? AND conversation_id = ?';

export class SqliteConversations implements ConversationStore {
  constructor(private readonly context: SqliteContext) {}

  create(owner: string, conversation: StoredConversation): Promise<void> {
    return whenFree(this.context.database, () => {
      this.context.database.run(
        'INSERT INTO conversations (owner, id, expires_at, value) VALUES (?, ?, ?, ?)',
        ...[owner, conversation.id, this.expiry(), this.context.codec.encode(conversation)],
      );
    });
  }

  find(owner: string, id: string): Promise<StoredConversation | undefined> {
    return whenFree(this.context.database, () => this.read(owner, id));
  }

  setMetadata(owner: string, id: string, metadata: Record<string, string>): Promise<boolean> {
    return whenFree(this.context.database, () =>
      this.context.database.transaction(() => {
        const conversation = this.read(owner, id);
        if (conversation === undefined) return false;
        const value = this.context.codec.encode({ ...conversation, metadata });
        const sql = `UPDATE conversations SET value = ? WHERE ${living}`;
        return this.context.database.run(sql, value, owner, id, this.now()) > 0;
      }),
    );
  }

  delete(owner: string, id: string): Promise<boolean> {
    return whenFree(this.context.database, () => {
      const sql = `DELETE FROM conversations WHERE ${living}`;
      return this.context.database.run(sql, owner, id, this.now()) > 0;
    });
  }

  append(owner: string, id: string, items: readonly StoredItem[]): Promise<boolean> {
    return whenFree(this.context.database, () =>
      this.context.database.transaction(() => this.join(owner, id, items)),
    );
  }

  page(owner: string, id: string, request: ItemPageRequest): Promise<ItemPage | undefined> {
    return whenFree(this.context.database, () => {
      if (this.read(owner, id) === undefined) return undefined;
      const ascending = request.order === 'asc';
      let start = ascending ? -1 : Number.MAX_SAFE_INTEGER;
      if (request.after !== undefined) {
        const after = this.row(owner, id, request.after);
        if (after === undefined) return undefined;
        start = after.position;
      }
      const rows = this.context.database.all(
        `SELECT position, octet_length(value) AS bytes FROM conversation_items WHERE ${inConversation}
         AND position ${ascending ? '>' : '<'} ? ORDER BY position ${request.order} LIMIT ?`,
        ...[owner, id, start, request.limit + 1],
      ) as { position: number; bytes: number }[];
      const { page } = firstPage(rows.slice(0, request.limit), ({ bytes }) => bytes, PAGE_BYTES);
      const items = page.map(({ position }) => this.itemAt(owner, id, position));
      return { items, hasMore: rows.length > items.length };
    });
  }

  async items(owner: string, id: string, mostBytes = anySize): Promise<StoredItem[] | undefined> {
    const { database, codec } = this.context;
    const texts = await whenFree(database, () => {
      if (this.read(owner, id) === undefined) return undefined;
      const from = `FROM conversation_items WHERE ${inConversation}`;
      const sizeSql = `SELECT coalesce(sum(octet_length(value)), 0) AS bytes ${from}`;
      const { bytes } = database.get(sizeSql, owner, id) as { bytes: number };
      assertFits(bytes, mostBytes);
      const rows = database.all(`SELECT value ${from} ORDER BY position`, owner, id);
      return (rows as { value: string }[]).map(({ value }) => value);
    });
    return texts && decodeItems(codec, texts);
  }

  findItem(owner: string, id: string, itemId: string): Promise<StoredItem | undefined> {
    return whenFree(this.context.database, () => {
      if (this.read(owner, id) === undefined) return undefined;
      const row = this.row(owner, id, itemId);
      return row === undefined ? undefined : this.item(row.value);
    });
  }

  deleteItem(owner: string, id: string, itemId: string): Promise<boolean> {
    return whenFree(this.context.database, () => {
      if (this.read(owner, id) === undefined) return false;
      const sql = `DELETE FROM conversation_items WHERE ${inConversation} AND item_id = ?`;
      return this.context.database.run(sql, owner, id, itemId) > 0;
    });
  }

  /** Lets items join inside a transaction. */
  join(owner: string, id: string, items: readonly StoredItem[]): boolean {
    const { database, codec } = this.context;
    const row = database.get(
      `UPDATE conversations SET next_position = next_position + ?, expires_at = ?
       WHERE ${living} RETURNING next_position`,
      ...[items.length, this.expiry(), owner, id, this.now()],
    ) as { next_position: number } | undefined;
    if (row === undefined) return false;
    for (const [index, item] of items.entries()) {
      database.run(
        `INSERT OR IGNORE INTO conversation_items (owner, conversation_id, position, item_id, value)
         VALUES (?, ?, ?, ?, ?)`,
        ...[owner, id, row.next_position - items.length + index, item.id, codec.encode(item)],
      );
    }
    return true;
  }

  private read(owner: string, id: string): StoredConversation | undefined {
    const sql = `SELECT value FROM conversations WHERE ${living}`;
    const row = this.context.database.get(sql, owner, id, this.now()) as
      { value: string } | undefined;
    return row && (this.context.codec.decode(row.value) as StoredConversation);
  }

  private row(
    owner: string,
    id: string,
    itemId: string,
  ): { position: number; value: string } | undefined {
    return this.context.database.get(
      `SELECT position, value FROM conversation_items WHERE ${inConversation} AND item_id = ?`,
      ...[owner, id, itemId],
    ) as { position: number; value: string } | undefined;
  }

  private itemAt(owner: string, id: string, position: number): StoredItem {
    const sql = `SELECT value FROM conversation_items WHERE ${inConversation} AND position = ?`;
    return this.item(
      (this.context.database.get(sql, owner, id, position) as { value: string }).value,
    );
  }

  private item(text: string): StoredItem {
    return this.context.codec.decode(text) as StoredItem;
  }

  private now(): number {
    return this.context.clock.now();
  }

  private expiry(): number {
    return this.now() + this.context.ttlMs;
  }
}
