import type { InputItem } from '../../contracts/responses/items.js';
import type { ResponseResource } from '../../contracts/responses/response.js';
import {
  type NewResponse,
  type ResponseEnding,
  type ResponseRecordStore,
  type StoredResponse,
  type StoredTurn,
} from '../response-record-store.port.js';
import {
  anySize,
  decodeResponse,
  encodeResponse,
  readChain,
  readItems,
  type ChainRow,
  type HolderRow,
  type ResponseTexts,
} from '../response-texts.js';
import { noticeKey, type PostgresContext } from './postgres-context.js';
import type { PostgresConversations } from './postgres-conversations.js';
import type { Values } from './postgres-database.js';
import { toKey } from './to-key.js';

export class PostgresResponses implements ResponseRecordStore {
  constructor(
    private readonly context: PostgresContext,
    private readonly conversations: PostgresConversations,
  ) {}

  async begin({ owner, response, input, replica }: NewResponse): Promise<void> {
    const { database, codec, ttlMs } = this.context;
    const { output, resource } = encodeResponse(codec, response);
    const previous = response.previous_response_id;
    await database.run('begin', [
      ...[owner, toKey(response.id), previous === null ? null : toKey(previous)],
      ...[response.status, replica, codec.encode(input), output, resource, ttlMs],
    ]);
  }

  async update(owner: string, response: ResponseResource): Promise<boolean> {
    const { rowCount } = await this.context.database.run('update', this.snapshot(owner, response));
    return rowCount === 1;
  }

  async finish(owner: string, ending: ResponseEnding): Promise<boolean> {
    const { database, notices, codec } = this.context;
    const { response, events = [], conversation, thoughts = new Map<string, string>() } = ending;
    const values = [
      ...this.snapshot(owner, response),
      ...[events.length, codec.encode(events), response.output.map(({ id }) => toKey(id))],
      ...[[...thoughts.keys()], [...thoughts.values()]],
    ];
    // Most turns are such that one round trip does.
    const { rowCount } =
      conversation === undefined
        ? await database.run('finish', values)
        : await database.transaction(async (run) => {
            const finished = await run('finish', values);
            const { id, items } = conversation;
            if (finished.rowCount === 1)
              await run('join', this.conversations.joining(owner, id, items));
            return finished;
          });
    if (rowCount === 1) notices.tell(noticeKey(owner, response.id), 'over');
    return rowCount === 1;
  }

  async find(owner: string, id: string): Promise<StoredResponse | undefined> {
    const { rows } = await this.context.database.run('find', [owner, toKey(id)]);
    const [row] = rows as ResponseTexts[];
    return row && decodeResponse(this.context.codec, row);
  }

  async delete(owner: string, id: string): Promise<boolean> {
    const { rowCount } = await this.context.database.run('delete', [owner, toKey(id)]);
    if (rowCount === 1) this.context.notices.tell(noticeKey(owner, id), 'over');
    return rowCount === 1;
  }

  async chain(owner: string, id: string, mostBytes = anySize): Promise<StoredTurn[] | undefined> {
    const result = await this.context.database.run('chain', [owner, toKey(id), mostBytes]);
    return readChain(this.context.codec, result.rows as ChainRow[], mostBytes);
  }

  async findItems(
    owner: string,
    itemIds: readonly string[],
    mostBytes = anySize,
  ): Promise<Map<string, InputItem>> {
    const values = [owner, itemIds.map(toKey), mostBytes];
    const { rows } = await this.context.database.run('findItems', values);
    return readItems(this.context.codec, rows as HolderRow[], itemIds, mostBytes);
  }

  async findThoughts(owner: string, keys: readonly string[]): Promise<Map<string, string>> {
    const { rows } = await this.context.database.run('findThoughts', [owner, [...keys]]);
    return new Map(
      (rows as { key: string; value: string }[]).map(({ key, value }) => [key, value]),
    );
  }

  private snapshot(owner: string, response: ResponseResource): Values {
    const { output, resource } = encodeResponse(this.context.codec, response);
    return [owner, toKey(response.id), response.status, output, resource, this.context.ttlMs];
  }
}
