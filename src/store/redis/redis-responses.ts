import type { InputItem } from '../../contracts/responses/items.js';
import type { ResponseResource } from '../../contracts/responses/response.js';
import type { RecordCodec } from '../record-codec.js';
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
  pickItems,
} from '../response-texts.js';
import type { RedisConnection } from './redis-connection.js';

export class RedisResponses implements ResponseRecordStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly codec: RecordCodec,
  ) {}

  async begin({ owner, response, input, replica }: NewResponse): Promise<void> {
    const { output, resource } = encodeResponse(this.codec, response);
    const previous = response.previous_response_id ?? '';
    const texts = [this.codec.encode(input), output, resource];
    await this.redis.run(
      'begin',
      owner,
      response.id,
      ...[previous, response.status, replica, ...texts],
    );
  }

  async update(owner: string, response: ResponseResource): Promise<boolean> {
    const { output, resource } = encodeResponse(this.codec, response);
    const texts = [response.status, output, resource];
    return (await this.redis.run('update', owner, response.id, ...texts)) === 1;
  }

  async finish(owner: string, ending: ResponseEnding): Promise<boolean> {
    const { response, events = [], conversation, thoughts = new Map<string, string>() } = ending;
    const { output, resource } = encodeResponse(this.codec, response);
    const itemIds = response.output.map(({ id }) => id).join(' ');
    const batch = events.length === 0 ? '' : this.codec.encode(events);
    const joining = conversation?.items.flatMap((item) => [item.id, this.codec.encode(item)]) ?? [];
    const finished = await this.redis.run(
      'finish',
      owner,
      response.id,
      ...[response.status, output, resource, itemIds, events.length, batch],
      ...[thoughts.size, ...[...thoughts].flat(), conversation?.id ?? '', ...joining],
    );
    return finished === 1;
  }

  async find(owner: string, id: string): Promise<StoredResponse | undefined> {
    const key = this.redis.key(`response:${owner}:${id}`);
    const fields = ['input', 'output', 'resource'];
    const [input, output, resource] = await this.redis.client.hmGet(key, fields);
    if (input == null || output == null || resource == null) return undefined;
    return decodeResponse(this.codec, { input, output, resource });
  }

  async delete(owner: string, id: string): Promise<boolean> {
    return (await this.redis.run('delete', owner, id)) === 1;
  }

  async chain(owner: string, id: string, mostBytes = anySize): Promise<StoredTurn[] | undefined> {
    const turns = await this.redis.run('chain', owner, id, maxChainTurns, mostBytes);
    if (turns === null) return undefined;
    if (turns === 'too long') throw new ChainTooLongError();
    if (typeof turns === 'number') assertFits(turns, mostBytes);
    const texts = (turns as [string, string, string, string][])
      .reverse()
      .map(([turnId, status, input, output]) => ({ id: turnId, status, input, output }));
    return decodeTurns(this.codec, texts);
  }

  async findItems(
    owner: string,
    itemIds: readonly string[],
    mostBytes = anySize,
  ): Promise<Map<string, InputItem>> {
    const outputs = await this.redis.run('findItems', owner, '', mostBytes, ...itemIds);
    if (typeof outputs === 'number') assertFits(outputs, mostBytes);
    return pickItems(this.codec, outputs as string[], itemIds);
  }

  async findThoughts(owner: string, keys: readonly string[]): Promise<Map<string, string>> {
    const names = keys.map((key) => this.redis.key(`thought:${owner}:${key}`));
    const values = names.length === 0 ? [] : await this.redis.client.mGet(names);
    return new Map(
      keys.flatMap((key, index): [string, string][] => {
        const value = values[index];
        // It stands behind the id of the response that it goes with.
        return value == null ? [] : [[key, value.slice(value.indexOf(' ') + 1)]];
      }),
    );
  }
}
