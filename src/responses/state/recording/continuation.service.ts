import { Inject, Injectable } from '@nestjs/common';
import { invalidRequest, unsupported } from '../../../common/error-table.js';
import { notFound } from '../../../common/state-errors.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import type { InputItem } from '../../../contracts/responses/items.js';
import { RESPONSE_STORE, type ResponseStore } from '../../../store/response-store.port.js';
import { isRecord, nonEmptyText, type JsonRecord } from '../../../common/json.js';
import { CountedReads } from './counted-reads.service.js';
import { HistoryService } from './history.service.js';
import type { RequestState } from './request-state.js';
import { StoredFiles } from './stored-files.service.js';
import { StoredThoughts } from './stored-thoughts.service.js';

/** Finds what a request continues, before it is translated. Types are checked later, with the whole body. */
@Injectable()
export class Continuation {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    private readonly history: HistoryService,
    private readonly reads: CountedReads,
    private readonly thoughts: StoredThoughts,
    private readonly files: StoredFiles,
  ) {}

  /**
   * Opens the state of a request; what it continues counts as held by `memory`.
   * @throws ApiError 400 for an unknown previous response, 404 for an unknown conversation, 413 and 503 for one that is too long.
   */
  async open(body: unknown, owner: string, memory: MemoryHold | undefined): Promise<RequestState> {
    if (!isRecord(body)) return withoutState(body, owner);
    const conversationId = conversationOf(body);
    const { background = false, ...rest } = body;
    if (background === true) this.checkBackground(body);
    const state = {
      owner,
      conversationId,
      findThoughts: this.thoughts.finderOf(owner, memory),
      findFiles: this.files.finderOf(owner, memory),
      stored: this.store.keepsState && body.store !== false && body.messages == null,
      background: background === true,
    };
    const history = await this.load(body, owner, conversationId, memory);
    const input = await this.resolveReferences(body.input, owner, memory);
    // A value that is no flag stays, for the validation to name it.
    const given = typeof background === 'boolean' ? {} : { background };
    return { ...state, history, body: { ...rest, ...given, input } };
  }

  private async load(
    body: JsonRecord,
    owner: string,
    conversationId: string | undefined,
    memory: MemoryHold | undefined,
  ): Promise<InputItem[] | undefined> {
    const previousId = nonEmptyText(body.previous_response_id);
    if (previousId !== undefined && conversationId !== undefined) {
      const message = 'previous_response_id and conversation cannot be used together.';
      throw invalidRequest(message, 'previous_response_id', 'mutually_exclusive_parameters');
    }
    if (previousId !== undefined) return this.history.ofResponse(owner, previousId, memory);
    if (conversationId === undefined) return undefined;
    const items = await this.reads.history(memory, 'conversation', (mostBytes) =>
      this.store.conversations.items(owner, conversationId, mostBytes),
    );
    if (items === undefined) {
      throw notFound(`Conversation with id '${conversationId}' not found.`, 'conversation');
    }
    return items;
  }

  /** Finds all references in one look-up. A reference to nothing stays: the translation warns of it. */
  private async resolveReferences(
    input: unknown,
    owner: string,
    memory: MemoryHold | undefined,
  ): Promise<unknown> {
    if (!Array.isArray(input) || !this.store.keepsState) return input;
    const wanted = input.flatMap((item: unknown) => referencedId(item) ?? []);
    if (wanted.length === 0) return input;
    const found = await this.reads.history(memory, 'input', (mostBytes) =>
      this.store.responses.findItems(owner, wanted, mostBytes),
    );
    return input.map((item: unknown) => found.get(referencedId(item) ?? '') ?? item);
  }

  private checkBackground(body: JsonRecord): void {
    if (!this.store.keepsState) {
      throw unsupported('Background responses need a store (STORE_URL).', 'background');
    }
    if (body.store === false) {
      throw invalidRequest('Background responses are stored: store must be true.', 'store');
    }
    if (body.messages != null) {
      throw unsupported('Background responses take input, not messages.', 'messages');
    }
  }
}

function withoutState(body: unknown, owner: string): RequestState {
  return {
    owner,
    body,
    history: undefined,
    conversationId: undefined,
    stored: false,
    background: false,
  };
}

function conversationOf({ conversation }: JsonRecord): string | undefined {
  return nonEmptyText(isRecord(conversation) ? conversation.id : conversation);
}

function referencedId(item: unknown): string | undefined {
  if (!isRecord(item)) return undefined;
  const isReference =
    item.type === 'item_reference' ||
    (item.type == null && Object.keys(item).every((key) => key === 'id' || key === 'type'));
  return isReference ? nonEmptyText(item.id) : undefined;
}
