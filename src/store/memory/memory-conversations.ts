import {
  PAGE_BYTES,
  type ConversationStore,
  type ItemPage,
  type ItemPageRequest,
  type StoredConversation,
  type StoredItem,
} from '../conversation-store.port.js';
import { settle } from '../settle.js';
import { anySize, assertFits, decodeItems, firstPage } from '../response-texts.js';
import { bytesOf } from './entry-cache.js';
import { conversationKey, type ConversationEntry } from './memory-entries.js';
import type { MemoryState } from './memory-state.js';

export class MemoryConversations implements ConversationStore {
  constructor(private readonly state: MemoryState) {}

  create(owner: string, conversation: StoredConversation): Promise<void> {
    return settle(() => {
      const text = this.state.codec.encode(conversation);
      this.state.cache.set(conversationKey(owner, conversation.id), {
        type: 'conversation',
        conversation: text,
        items: new Map(),
        bytes: bytesOf(text),
        expiresAt: this.state.expiry(),
        pinned: false,
      });
    });
  }

  find(owner: string, id: string): Promise<StoredConversation | undefined> {
    const entry = this.state.conversation(owner, id);
    return Promise.resolve(entry === undefined ? undefined : this.read(entry));
  }

  setMetadata(owner: string, id: string, metadata: Record<string, string>): Promise<boolean> {
    return this.change(owner, id, (entry) => {
      const before = entry.conversation.length;
      entry.conversation = this.state.codec.encode({ ...this.read(entry), metadata });
      return { changed: true, grown: (entry.conversation.length - before) * 2 };
    });
  }

  delete(owner: string, id: string): Promise<boolean> {
    const there = this.state.conversation(owner, id) !== undefined;
    if (there) this.state.cache.delete(conversationKey(owner, id));
    return Promise.resolve(there);
  }

  append(owner: string, id: string, items: readonly StoredItem[]): Promise<boolean> {
    return Promise.resolve(this.join(owner, id, items));
  }

  page(owner: string, id: string, request: ItemPageRequest): Promise<ItemPage | undefined> {
    const entry = this.state.conversation(owner, id);
    if (entry === undefined) return Promise.resolve(undefined);
    const ids = [...entry.items.keys()];
    if (request.order === 'desc') ids.reverse();
    const start = request.after === undefined ? 0 : ids.indexOf(request.after) + 1;
    if (request.after !== undefined && start === 0) return Promise.resolve(undefined);
    const texts = ids
      .slice(start, start + request.limit)
      .map((item) => entry.items.get(item) ?? '');
    const { page } = firstPage(texts, ({ length }) => length, PAGE_BYTES);
    const items = page.map((text) => this.item(text));
    return Promise.resolve({ items, hasMore: ids.length > start + items.length });
  }

  async items(owner: string, id: string, mostBytes = anySize): Promise<StoredItem[] | undefined> {
    const entry = this.state.conversation(owner, id);
    if (entry === undefined) return undefined;
    const texts = [...entry.items.values()];
    assertFits(
      texts.reduce((sum, { length }) => sum + length, 0),
      mostBytes,
    );
    return decodeItems(this.state.codec, texts);
  }

  findItem(owner: string, id: string, itemId: string): Promise<StoredItem | undefined> {
    const text = this.state.conversation(owner, id)?.items.get(itemId);
    return Promise.resolve(text === undefined ? undefined : this.item(text));
  }

  deleteItem(owner: string, id: string, itemId: string): Promise<boolean> {
    return this.change(owner, id, (entry) => {
      const text = entry.items.get(itemId);
      if (text === undefined) return { changed: false, grown: 0 };
      return { changed: entry.items.delete(itemId), grown: -bytesOf(text) };
    });
  }

  /** Lets all of the items join at once, so that turns at the same time stay whole. */
  join(owner: string, id: string, items: readonly StoredItem[]): boolean {
    const entry = this.state.conversation(owner, id);
    if (entry === undefined) return false;
    const joining = new Map<string, string>();
    for (const item of items) {
      if (entry.items.has(item.id) || joining.has(item.id)) continue;
      joining.set(item.id, this.state.codec.encode(item));
    }
    const grown = [...joining.values()].reduce((sum, text) => sum + bytesOf(text), 0);
    this.state.cache.grow(conversationKey(owner, id), entry, entry.bytes + grown);
    for (const [itemId, text] of joining) entry.items.set(itemId, text);
    entry.expiresAt = this.state.expiry();
    return true;
  }

  private change(
    owner: string,
    id: string,
    action: (entry: ConversationEntry) => { changed: boolean; grown: number },
  ): Promise<boolean> {
    const entry = this.state.conversation(owner, id);
    if (entry === undefined) return Promise.resolve(false);
    const { changed, grown } = action(entry);
    this.state.cache.resize(conversationKey(owner, id), entry, entry.bytes + grown);
    return Promise.resolve(changed);
  }

  private read(entry: ConversationEntry): StoredConversation {
    return this.state.codec.decode(entry.conversation) as StoredConversation;
  }

  private item(text: string): StoredItem {
    return this.state.codec.decode(text) as StoredItem;
  }
}
