import {
  UNFINISHED_MS,
  type FileLimits,
  type FilePage,
  type FilePageRequest,
  type FileStore,
  type StoredFile,
} from '../file-store.port.js';
import {
  assertRoom,
  decodeFile,
  decodeFilePage,
  decodePiece,
  encodeFile,
  encodePiece,
  type FileRoom,
  type FileUsage,
} from '../file-texts.js';
import type { PostgresContext } from './postgres-context.js';
import type { Values } from './postgres-database.js';
import type { StatementName } from './postgres-statements.js';
import { toKey } from './to-key.js';

export class PostgresFiles implements FileStore {
  constructor(private readonly context: PostgresContext) {}

  async begin(owner: string, id: string, limits: FileLimits): Promise<void> {
    const values = [owner, toKey(id), UNFINISHED_MS];
    await this.withRoom('beginFile', values, limits, { files: 1, bytes: 0 });
  }

  async append(
    owner: string,
    id: string,
    place: number,
    piece: Uint8Array,
    limits: FileLimits,
    bytes = piece.length,
  ): Promise<boolean> {
    const text = encodePiece(this.context.codec, piece);
    const values = [owner, toKey(id), UNFINISHED_MS, place, text, bytes];
    return this.withRoom('appendFile', values, limits, { files: 0, bytes });
  }

  async finish(owner: string, file: StoredFile): Promise<boolean> {
    const { database, codec } = this.context;
    const values = [encodeFile(codec, file), file.purpose, file.expiresAt];
    const { rowCount } = await database.run('finishFile', [owner, toKey(file.id), ...values]);
    return rowCount === 1;
  }

  async find(owner: string, id: string): Promise<StoredFile | undefined> {
    const row = await this.row(owner, id);
    return row && decodeFile(this.context.codec, row.value);
  }

  async page(owner: string, request: FilePageRequest): Promise<FilePage | undefined> {
    const { after, limit, order, purpose = null } = request;
    const { database, codec } = this.context;
    const start = after === undefined ? undefined : await this.row(owner, after);
    if (after !== undefined && start === undefined) return undefined;
    const statement = order === 'asc' ? 'pageFilesForwards' : 'pageFilesBackwards';
    const values = [owner, start?.position ?? null, limit + 1, purpose];
    const { rows } = await database.run(statement, values);
    const texts = (rows as { value: string }[]).map(({ value }) => value);
    return decodeFilePage(codec, texts, limit);
  }

  async read(owner: string, id: string, place: number): Promise<Buffer | undefined> {
    const { database, codec } = this.context;
    const { rows } = await database.run('readFile', [owner, toKey(id), place]);
    const [row] = rows as { value: string }[];
    return row && decodePiece(codec, row.value);
  }

  async delete(owner: string, id: string): Promise<boolean> {
    const { rowCount } = await this.context.database.run('deleteFile', [owner, toKey(id)]);
    return rowCount === 1;
  }

  /** Runs the statement when no other upload counts, and there is room for what it adds. Gives whether it changed something. */
  private withRoom(
    statement: StatementName,
    values: Values,
    limits: FileLimits,
    more: FileRoom,
  ): Promise<boolean> {
    return this.context.database.transaction(async (run) => {
      await run('lockFiles');
      const { rows } = await run('fileUsage', values.slice(0, 1));
      const { rowCount } = await run(statement, values);
      // What a statement did for a file that is gone needs no room; what has none is rolled back.
      if (rowCount === 1) assertRoom(rows[0] as FileUsage, limits, more);
      return rowCount === 1;
    });
  }

  private async row(
    owner: string,
    id: string,
  ): Promise<{ value: string; position: number } | undefined> {
    const { rows } = await this.context.database.run('findFile', [owner, toKey(id)]);
    return (rows as { value: string; position: number }[])[0];
  }
}
