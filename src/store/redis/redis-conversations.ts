import type {
  ConversationStore,
  ItemPage,
  ItemPageRequest,
  StoredConversation,
  StoredItem,
} from '../conversation-store.port.js';
import type { RecordCodec } from '../record-codec.js';
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
    const values = await this.redis.run('pageItems', owner, id, order, after, limit + 1);
    if (values === null) return undefined;
    const items = this.decode(values);
    return { items: items.slice(0, limit), hasMore: items.length > limit };
  }

  async items(owner: string, id: string): Promise<StoredItem[] | undefined> {
    const values = await this.redis.run('allItems', owner, id);
    return values === null ? undefined : this.decode(values);
  }

  async findItem(owner: string, id: string, itemId: string): Promise<StoredItem | undefined> {
    const value = await this.redis.client.hGet(this.redis.key(`items:${owner}:${id}`), itemId);
    return value == null ? undefined : (this.codec.decode(value) as StoredItem);
  }

  async deleteItem(owner: string, id: string, itemId: string): Promise<boolean> {
    return (await this.redis.run('deleteItem', owner, id, itemId)) === 1;
  }

  private decode(values: unknown): StoredItem[] {
    return (values as string[]).map((value) => this.codec.decode(value) as StoredItem);
  }
}
