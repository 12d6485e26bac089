import type { InputItem } from '../../contracts/responses/items.js';
import type { ResponseResource } from '../../contracts/responses/response.js';
import {
  maxChainTurns,
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
import { changeKey, type SqliteContext } from './sqlite-context.js';
import type { SqliteConversations } from './sqlite-conversations.js';
import type { SqliteRuns } from './sqlite-runs.js';
import { whenFree } from './when-free.js';

const living = 'owner = ? AND id = ? AND expires_at > ?';
const running = `${living} AND status IN ('queued', 'in_progress')`;

/** Only ids and sizes travel through the recursion; the texts are joined at its end, unless they are too large. */
const chainSql = `
WITH RECURSIVE link(id, previous_id, size, depth) AS (
  SELECT id, previous_id, octet_length(input) + octet_length(output), 1 FROM responses WHERE ${living}
  UNION ALL
  SELECT r.id, r.previous_id, octet_length(r.input) + octet_length(r.output), depth + 1
  FROM link JOIN responses r ON r.owner = ? AND r.id = link.previous_id AND r.expires_at > ?
  WHERE depth <= ${maxChainTurns}
)
SELECT r.id, r.previous_id, r.status, bytes,
  iif(bytes <= ?, r.input, '') AS input, iif(bytes <= ?, r.output, '') AS output
FROM link JOIN responses r ON r.owner = ? AND r.id = link.id, (SELECT sum(size) AS bytes FROM link)
ORDER BY depth DESC`;

const itemsSql = `
WITH holder(id, size) AS (
  SELECT DISTINCT r.id, octet_length(r.output) FROM output_items i
  JOIN responses r ON r.owner = i.owner AND r.id = i.response_id AND r.expires_at > ?
  WHERE i.owner = ? AND i.item_id IN (SELECT value FROM json_each(?))
)
SELECT bytes, iif(bytes <= ?, r.output, '') AS output
FROM holder JOIN responses r ON r.owner = ? AND r.id = holder.id, (SELECT sum(size) AS bytes FROM holder)`;

const thoughtsSql = `
SELECT t.key, t.value FROM thoughts t
JOIN responses r ON r.owner = t.owner AND r.id = t.response_id AND r.expires_at > ?
WHERE t.owner = ? AND t.key IN (SELECT value FROM json_each(?))`;

export class SqliteResponses implements ResponseRecordStore {
  constructor(
    private readonly context: SqliteContext,
    private readonly runs: SqliteRuns,
    private readonly conversations: SqliteConversations,
  ) {}

  begin({ owner, response, input, replica }: NewResponse): Promise<void> {
    return whenFree(this.context.database, () => {
      const { output, resource } = encodeResponse(this.context.codec, response);
      this.context.database.run(
        `INSERT INTO responses (owner, id, previous_id, status, replica, expires_at, input, output, resource)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        owner,
        response.id,
        response.previous_response_id,
        response.status,
        replica,
        this.now() + this.context.ttlMs,
        this.context.codec.encode(input),
        output,
        resource,
      );
    });
  }

  update(owner: string, response: ResponseResource): Promise<boolean> {
    return whenFree(this.context.database, () => this.replace(owner, response));
  }

  async finish(owner: string, ending: ResponseEnding): Promise<boolean> {
    const { response, events = [], conversation, thoughts = [] } = ending;
    const { database } = this.context;
    const finished = await whenFree(this.context.database, () =>
      database.transaction(() => {
        const place = this.runs.nextPlace(owner, response.id);
        if (!this.replace(owner, response)) return false;
        this.runs.insert(owner, response.id, place, events);
        for (const item of response.output) {
          database.run(
            'INSERT OR IGNORE INTO output_items (owner, item_id, response_id) VALUES (?, ?, ?)',
            ...[owner, item.id, response.id],
          );
        }
        for (const [key, value] of thoughts) {
          database.run(
            'INSERT OR REPLACE INTO thoughts (owner, key, response_id, value) VALUES (?, ?, ?, ?)',
            ...[owner, key, response.id, value],
          );
        }
        if (conversation !== undefined) {
          this.conversations.join(owner, conversation.id, conversation.items);
        }
        return true;
      }),
    );
    if (finished) this.context.changes.emit(changeKey(owner, response.id), 'over');
    return finished;
  }

  find(owner: string, id: string): Promise<StoredResponse | undefined> {
    return whenFree(this.context.database, () => {
      const sql = `SELECT input, output, resource FROM responses WHERE ${living}`;
      const row = this.context.database.get(sql, owner, id, this.now());
      return row === undefined
        ? undefined
        : decodeResponse(this.context.codec, row as ResponseTexts);
    });
  }

  delete(owner: string, id: string): Promise<boolean> {
    return whenFree(this.context.database, () => {
      const sql = `DELETE FROM responses WHERE ${living}`;
      const deleted = this.context.database.run(sql, owner, id, this.now()) > 0;
      if (deleted) this.context.changes.emit(changeKey(owner, id), 'over');
      return deleted;
    });
  }

  async chain(owner: string, id: string, mostBytes = anySize): Promise<StoredTurn[] | undefined> {
    const rows = await whenFree(this.context.database, () => {
      const now = this.now();
      const values = [owner, id, now, owner, now, mostBytes, mostBytes, owner];
      return this.context.database.all(chainSql, ...values) as ChainRow[];
    });
    return readChain(this.context.codec, rows, mostBytes);
  }

  async findItems(
    owner: string,
    itemIds: readonly string[],
    mostBytes = anySize,
  ): Promise<Map<string, InputItem>> {
    const rows = await whenFree(this.context.database, () => {
      const values = [this.now(), owner, JSON.stringify(itemIds), mostBytes, owner];
      return this.context.database.all(itemsSql, ...values) as HolderRow[];
    });
    return readItems(this.context.codec, rows, itemIds, mostBytes);
  }

  findThoughts(owner: string, keys: readonly string[]): Promise<Map<string, string>> {
    return whenFree(this.context.database, () => {
      const values = [this.now(), owner, JSON.stringify(keys)];
      const rows = this.context.database.all(thoughtsSql, ...values);
      return new Map((rows as { key: string; value: string }[]).map((row) => [row.key, row.value]));
    });
  }

  private replace(owner: string, response: ResponseResource): boolean {
    const { output, resource } = encodeResponse(this.context.codec, response);
    const now = this.now();
    const changes = this.context.database.run(
      `UPDATE responses SET status = ?, output = ?, resource = ?, expires_at = ? WHERE ${running}`,
      ...[response.status, output, resource, now + this.context.ttlMs],
      ...[owner, response.id, now],
    );
    return changes > 0;
  }

  private now(): number {
    return this.context.clock.now();
  }
}
