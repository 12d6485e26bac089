import type { InputItem } from '../../contracts/responses/items.js';
import type { ResponseResource } from '../../contracts/responses/response.js';
import {
  ChainTooLongError,
  maxChainTurns,
  type NewResponse,
  type ResponseEnding,
  type ResponseRecordStore,
  type StoredResponse,
  type StoredTurn,
} from '../response-record-store.port.js';
import {
  anySize,
  assertFits,
  decodeResponse,
  decodeTurns,
  encodeResponse,
  isOver,
  pickItems,
} from '../response-texts.js';
import { settle } from '../settle.js';
import { bytesOf } from './entry-cache.js';
import type { MemoryConversations } from './memory-conversations.js';
import { responseKey, type ResponseEntry } from './memory-entries.js';
import type { MemoryRuns } from './memory-runs.js';
import { itemKey, type MemoryState } from './memory-state.js';

export class MemoryResponses implements ResponseRecordStore {
  constructor(
    private readonly state: MemoryState,
    private readonly runs: MemoryRuns,
    private readonly conversations: MemoryConversations,
  ) {}

  begin({ owner, response, input, replica }: NewResponse): Promise<void> {
    const texts = encodeResponse(this.state.codec, response);
    const inputText = this.state.codec.encode(input);
    const entry: ResponseEntry = {
      type: 'response',
      owner,
      id: response.id,
      previousId: response.previous_response_id,
      status: response.status,
      replica,
      input: inputText,
      ...texts,
      itemIds: [],
      thoughts: new Map(),
      log: [],
      nextEvent: 0,
      bytes: bytesOf(inputText, texts.output, texts.resource),
      expiresAt: this.state.expiry(),
      pinned: true,
    };
    return settle(() => {
      this.state.cache.set(responseKey(owner, response.id), entry);
    });
  }

  update(owner: string, response: ResponseResource): Promise<boolean> {
    const entry = this.running(owner, response.id);
    if (entry === undefined) return Promise.resolve(false);
    return settle(() => {
      const texts = encodeResponse(this.state.codec, response);
      const key = responseKey(owner, response.id);
      this.state.cache.grow(key, entry, entry.bytes + grownBy(entry, texts));
      Object.assign(entry, texts, { status: response.status });
      return true;
    });
  }

  finish(owner: string, ending: ResponseEnding): Promise<boolean> {
    return settle(() => this.end(owner, ending));
  }

  /** From now on others may take its room, so it never lacks any itself: a run that could not end would be there for ever. */
  private end(owner: string, ending: ResponseEnding): boolean {
    const { response, events = [], conversation, thoughts = new Map<string, string>() } = ending;
    const entry = this.running(owner, response.id);
    if (entry === undefined) return false;
    const { cache, codec } = this.state;
    const texts = encodeResponse(codec, response);
    const added = [...thoughts.keys(), ...thoughts.values()];
    const log = events.length === 0 ? undefined : codec.encode(events);
    if (log !== undefined) added.push(log);
    const grown = grownBy(entry, texts) + (added.length === 0 ? 0 : bytesOf(...added));
    cache.unpin(responseKey(owner, response.id), entry, entry.bytes + grown);
    if (log !== undefined) this.runs.add(entry, entry.nextEvent, events.length, log);
    Object.assign(entry, texts, { status: response.status });
    entry.expiresAt = this.state.expiry();
    entry.itemIds = response.output.map(({ id }) => id);
    for (const id of entry.itemIds) this.state.itemIndex.set(itemKey(owner, id), entry.id);
    this.keepThoughts(entry, thoughts);
    if (conversation !== undefined) {
      this.conversations.join(owner, conversation.id, conversation.items);
    }
    this.state.changes.emit(responseKey(owner, response.id), 'over');
    return true;
  }

  find(owner: string, id: string): Promise<StoredResponse | undefined> {
    return settle(() => {
      const entry = this.state.response(owner, id);
      return entry === undefined ? undefined : decodeResponse(this.state.codec, entry);
    });
  }

  delete(owner: string, id: string): Promise<boolean> {
    const there = this.state.response(owner, id) !== undefined;
    if (there) this.state.cache.delete(responseKey(owner, id));
    return Promise.resolve(there);
  }

  async chain(owner: string, id: string, mostBytes = anySize): Promise<StoredTurn[] | undefined> {
    const entries = await settle(() => this.entries(owner, id));
    if (entries === undefined) return undefined;
    assertFits(
      entries.reduce((sum, { input, output }) => sum + input.length + output.length, 0),
      mostBytes,
    );
    return decodeTurns(this.state.codec, entries.reverse());
  }

  async findItems(
    owner: string,
    itemIds: readonly string[],
    mostBytes = anySize,
  ): Promise<Map<string, InputItem>> {
    const responseIds = new Set(
      itemIds.flatMap((id) => this.state.itemIndex.get(itemKey(owner, id)) ?? []),
    );
    const outputs = [...responseIds].flatMap((id) => this.state.response(owner, id)?.output ?? []);
    assertFits(
      outputs.reduce((sum, { length }) => sum + length, 0),
      mostBytes,
    );
    return pickItems(this.state.codec, outputs, itemIds);
  }

  findThoughts(owner: string, keys: readonly string[]): Promise<Map<string, string>> {
    return settle(() => {
      const found = new Map<string, string>();
      for (const key of keys) {
        const id = this.state.thoughtIndex.get(itemKey(owner, key));
        const entry = id === undefined ? undefined : this.state.response(owner, id);
        const thought = entry?.thoughts.get(key);
        if (thought !== undefined) found.set(key, thought);
      }
      return found;
    });
  }

  /** Gives the newest first; undefined when a link is missing. */
  private entries(owner: string, id: string): ResponseEntry[] | undefined {
    const entries: ResponseEntry[] = [];
    for (let link: string | null = id; link !== null;) {
      const entry = this.state.response(owner, link);
      if (entry === undefined) return undefined;
      if (entries.length === maxChainTurns) throw new ChainTooLongError();
      entries.push(entry);
      link = entry.previousId;
    }
    return entries;
  }

  private keepThoughts(entry: ResponseEntry, thoughts: ReadonlyMap<string, string>): void {
    entry.thoughts = thoughts;
    for (const key of thoughts.keys()) {
      this.state.thoughtIndex.set(itemKey(entry.owner, key), entry.id);
    }
  }

  private running(owner: string, id: string): ResponseEntry | undefined {
    const entry = this.state.response(owner, id);
    return entry === undefined || isOver(entry.status) ? undefined : entry;
  }
}

/** Says by how many bytes an entry grows that gets these texts in place of its own. */
function grownBy(
  { output, resource }: ResponseEntry,
  texts: Pick<ResponseEntry, 'output' | 'resource'>,
): number {
  return bytesOf(texts.output, texts.resource) - bytesOf(output, resource);
}
