import {
  PAGE_BYTES,
  type ConversationStore,
  type ItemPage,
  type ItemPageRequest,
  type StoredConversation,
  type StoredItem,
} from '../conversation-store.port.js';
import type { RecordCodec } from '../record-codec.js';
import { anySize, assertFits, decodeItems } from '../response-texts.js';
import type { RedisConnection } from './redis-connection.js';

export class RedisConversations implements ConversationStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly codec: RecordCodec,
  ) {}

  async create(owner: string, conversation: StoredConversation): Promise<void> {
    const value = this.codec.encode(conversation);
    await this.redis.run('createConversation', owner, conversation.id, value);
  }

  async find(owner: string, id: string): Promise<StoredConversation | undefined> {
    const key = this.redis.key(`conversation:${owner}:${id}`);
    const value = await this.redis.client.hGet(key, 'value');
    return value == null ? undefined : (this.codec.decode(value) as StoredConversation);
  }

  async setMetadata(owner: string, id: string, metadata: Record<string, string>): Promise<boolean> {
    const conversation = await this.find(owner, id);
    if (conversation === undefined) return false;
    const value = this.codec.encode({ ...conversation, metadata });
    return (await this.redis.run('updateConversation', owner, id, value)) === 1;
  }

  async delete(owner: string, id: string): Promise<boolean> {
    return (await this.redis.run('deleteConversation', owner, id)) === 1;
  }

  async append(owner: string, id: string, items: readonly StoredItem[]): Promise<boolean> {
    const texts = items.flatMap((item) => [item.id, this.codec.encode(item)]);
    return (await this.redis.run('appendItems', owner, id, ...texts)) === 1;
  }

  async page(owner: string, id: string, request: ItemPageRequest): Promise<ItemPage | undefined> {
    const { order, after = '', limit } = request;
    const page = await this.redis.run('pageItems', owner, id, order, after, limit, PAGE_BYTES);
    if (page === null) return undefined;
    const [more, texts] = page as [number, string[]];
    return { items: await decodeItems(this.codec, texts), hasMore: more === 1 };
  }

  async items(owner: string, id: string, mostBytes = anySize): Promise<StoredItem[] | undefined> {
    const texts = await this.redis.run('allItems', owner, id, mostBytes);
    if (texts === null) return undefined;
    if (typeof texts === 'number') assertFits(texts, mostBytes);
    return decodeItems(this.codec, texts as string[]);
  }

  async findItem(owner: string, id: string, itemId: string): Promise<StoredItem | undefined> {
    const value = await this.redis.client.hGet(this.redis.key(`items:${owner}:${id}`), itemId);
    return value == null ? undefined : (this.codec.decode(value) as StoredItem);
  }

  async deleteItem(owner: string, id: string, itemId: string): Promise<boolean> {
    return (await this.redis.run('deleteItem', owner, id, itemId)) === 1;
  }
}
