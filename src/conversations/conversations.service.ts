import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../common/api-error.js';
import { CLOCK, type Clock } from '../common/clock.js';
import { missingParameter } from '../common/field-errors.js';
import { invalidRequest } from '../common/error-table.js';
import { ID_GENERATOR, type IdGenerator } from '../common/id-generator.js';
import { toListPage, unknownAfter, type ListPage, type PageQuery } from '../common/list-page.js';
import { notFound } from '../common/state-errors.js';
import { validateItems } from '../responses/validation/item-validator.js';
import { validateMetadata } from '../responses/validation/validate-metadata.js';
import { toStoredItems } from '../responses/state/recording/stored-items.js';
import type { StoredConversation, StoredItem } from '../store/conversation-store.port.js';
import { RESPONSE_STORE, type ResponseStore } from '../store/response-store.port.js';

const mostItemsAtOnce = 1_000;

/** Keeps conversations of one owner. @throws ApiError 404 for what is not there, or is someone else's. */
@Injectable()
export class ConversationsService {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async create(owner: string, body: Record<string, unknown>): Promise<StoredConversation> {
    if (!this.store.keepsState) throw invalidRequest('No state is kept here (STORE_URL).', null);
    const conversation = {
      id: this.ids.next('conv'),
      createdAt: Math.floor(this.clock.now() / 1000),
      metadata: validateMetadata(body.metadata),
    };
    const items = this.readItems(body.items ?? []);
    await this.store.conversations.create(owner, conversation);
    if (items.length > 0) await this.store.conversations.append(owner, conversation.id, items);
    return conversation;
  }

  async read(owner: string, id: string): Promise<StoredConversation> {
    const conversation = await this.store.conversations.find(owner, id);
    if (conversation === undefined) throw conversationNotFound(id);
    return conversation;
  }

  async update(
    owner: string,
    id: string,
    body: Record<string, unknown>,
  ): Promise<StoredConversation> {
    if (body.metadata === undefined) throw missingParameter('metadata');
    const metadata = validateMetadata(body.metadata);
    if (!(await this.store.conversations.setMetadata(owner, id, metadata))) {
      throw conversationNotFound(id);
    }
    return this.read(owner, id);
  }

  async delete(owner: string, id: string): Promise<void> {
    if (!(await this.store.conversations.delete(owner, id))) throw conversationNotFound(id);
  }

  async append(
    owner: string,
    id: string,
    body: Record<string, unknown>,
  ): Promise<ListPage<StoredItem>> {
    const items = this.readItems(body.items);
    if (!(await this.store.conversations.append(owner, id, items))) throw conversationNotFound(id);
    return toListPage(items, false);
  }

  async page(owner: string, id: string, query: PageQuery): Promise<ListPage<StoredItem>> {
    const page = await this.store.conversations.page(owner, id, query);
    if (page !== undefined) return toListPage(page.items, page.hasMore);
    await this.read(owner, id);
    throw unknownAfter();
  }

  async readItem(owner: string, id: string, itemId: string): Promise<StoredItem> {
    const item = await this.store.conversations.findItem(owner, id, itemId);
    if (item === undefined) throw notFound('The item is not in the conversation.');
    return item;
  }

  /** Gives the conversation, as OpenAI does. */
  async deleteItem(owner: string, id: string, itemId: string): Promise<StoredConversation> {
    const conversation = await this.read(owner, id);
    if (!(await this.store.conversations.deleteItem(owner, id, itemId))) {
      throw notFound('The item is not in the conversation.');
    }
    return conversation;
  }

  private readItems(items: unknown): StoredItem[] {
    if (!Array.isArray(items)) throw invalidRequest('items must be a list of items.', 'items');
    if (items.length > mostItemsAtOnce) {
      throw invalidRequest(`At most ${mostItemsAtOnce} items can be added at once.`, 'items');
    }
    try {
      return toStoredItems(validateItems(items), this.ids);
    } catch (error) {
      throw atItems(error);
    }
  }
}

/** Names the items `items[n]`, which the validator knows as `input[n]`. */
function atItems(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const { status, type, code } = error;
  const param = error.param?.replace(/^input/, 'items') ?? null;
  return new ApiError(error.message.replace("'input[", "'items["), { status, type, code, param });
}

function conversationNotFound(id: string): Error {
  return notFound(`Conversation with id '${id.slice(0, 200)}' not found.`);
}
