import type {
  ConversationStore,
  ItemPage,
  ItemPageRequest,
  StoredConversation,
  StoredItem,
} from '../conversation-store.port.js';
import { anySize, assertFits, decodeItems } from '../response-texts.js';
import type { PostgresContext } from './postgres-context.js';
import type { Values } from './postgres-database.js';
import { toKey } from './to-key.js';

export class PostgresConversations implements ConversationStore {
  constructor(private readonly context: PostgresContext) {}

  async create(owner: string, conversation: StoredConversation): Promise<void> {
    const { database, codec, ttlMs } = this.context;
    const values = [owner, toKey(conversation.id), codec.encode(conversation), ttlMs];
    await database.run('createConversation', values);
  }

  async find(owner: string, id: string): Promise<StoredConversation | undefined> {
    const { rows } = await this.context.database.run('findConversation', [owner, toKey(id)]);
    const [row] = rows as { value: string }[];
    return row && (this.context.codec.decode(row.value) as StoredConversation);
  }

  async setMetadata(owner: string, id: string, metadata: Record<string, string>): Promise<boolean> {
    const conversation = await this.find(owner, id);
    if (conversation === undefined) return false;
    const value = this.context.codec.encode({ ...conversation, metadata });
    const { rowCount } = await this.context.database.run('updateConversation', [
      ...[owner, toKey(id), value],
    ]);
    return rowCount === 1;
  }

  async delete(owner: string, id: string): Promise<boolean> {
    const { rowCount } = await this.context.database.run('deleteConversation', [owner, toKey(id)]);
    return rowCount === 1;
  }

  async append(owner: string, id: string, items: readonly StoredItem[]): Promise<boolean> {
    const { rowCount } = await this.context.database.run('join', this.joining(owner, id, items));
    return rowCount === 1;
  }

  /** Gives the values of the statement `join`. */
  joining(owner: string, id: string, items: readonly StoredItem[]): Values {
    const ids = items.map((item) => toKey(item.id));
    const texts = items.map((item) => this.context.codec.encode(item));
    return [owner, toKey(id), ids, texts, this.context.ttlMs];
  }

  async page(owner: string, id: string, request: ItemPageRequest): Promise<ItemPage | undefined> {
    const { order, after, limit } = request;
    const key = [owner, toKey(id)];
    const { database } = this.context;
    const located = await database.run('locate', [
      ...key,
      after === undefined ? null : toKey(after),
    ]);
    const [place] = located.rows as { position: number | null }[];
    if (place === undefined || (after !== undefined && place.position === null)) return undefined;
    const statement = order === 'asc' ? 'pageForwards' : 'pageBackwards';
    const { rows } = await database.run(statement, [...key, place.position, limit + 1]);
    const items = this.decode(rows.slice(0, limit));
    return { items, hasMore: rows.length > items.length };
  }

  async items(owner: string, id: string, mostBytes = anySize): Promise<StoredItem[] | undefined> {
    const { rows } = await this.context.database.run('items', [owner, toKey(id), mostBytes]);
    const [first] = rows as { bytes: number }[];
    if (first === undefined) return undefined;
    assertFits(first.bytes, mostBytes);
    const texts = (rows as { value: string | null }[]).flatMap(({ value }) => value ?? []);
    return decodeItems(this.context.codec, texts);
  }

  async findItem(owner: string, id: string, itemId: string): Promise<StoredItem | undefined> {
    const key = [owner, toKey(id), toKey(itemId)];
    const { rows } = await this.context.database.run('findItem', key);
    return this.decode(rows)[0];
  }

  async deleteItem(owner: string, id: string, itemId: string): Promise<boolean> {
    const key = [owner, toKey(id), toKey(itemId)];
    const { rowCount } = await this.context.database.run('deleteItem', key);
    return rowCount === 1;
  }

  /** Of what lies behind a page there is no value. */
  private decode(rows: readonly unknown[]): StoredItem[] {
    return (rows as { value: string | null }[]).flatMap(({ value }) =>
      value === null ? [] : [this.context.codec.decode(value) as StoredItem],
    );
  }
}
