import { setImmediate as nextTurn } from 'node:timers/promises';
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
import type { SqliteContext } from './sqlite-context.js';
import { whenFree } from './when-free.js';

const living = 'owner = ? AND id = ? AND expires_at > ?';
const unfinished = `${living} AND value IS NULL`;
const finished = `${living} AND value IS NOT NULL`;

/** So many pieces are deleted at once, which are some megabytes; others have the thread in between. */
const piecesPerStep = 16;
const filesPerStep = 100;
/** A deletion and a sweep take so long, as the monitor gives them three seconds; the next sweep does the rest. */
const longestMs = 2_000;

/** Which files are deleted. */
const expired = 'f.expires_at <= ?';
const expiredOne = `${expired} AND f.owner = ? AND f.id = ?`;

export class SqliteFiles implements FileStore {
  /** @param areElsewhere says that what pieces count is not in the file. */
  constructor(
    private readonly context: SqliteContext,
    private readonly areElsewhere: boolean,
  ) {}

  begin(owner: string, id: string, limits: FileLimits): Promise<void> {
    return this.changed(() => {
      this.assertRoom(owner, limits, { files: 1, bytes: 0 });
      this.context.database.run(
        "INSERT INTO files (owner, id, purpose, bytes, expires_at) VALUES (?, ?, '', 0, ?)",
        ...[owner, id, this.now() + UNFINISHED_MS],
      );
    });
  }

  append(
    owner: string,
    id: string,
    place: number,
    piece: Uint8Array,
    limits: FileLimits,
    bytes = piece.length,
  ): Promise<boolean> {
    const value = encodePiece(this.context.codec, piece);
    return this.changed(() => {
      const { database } = this.context;
      const now = this.now();
      const grown = database.run(
        `UPDATE files SET bytes = bytes + ?, expires_at = ? WHERE ${unfinished}`,
        ...[bytes, now + UNFINISHED_MS, owner, id, now],
      );
      if (grown === 0) return false;
      this.assertRoom(owner, limits, { files: 0, bytes: 0 });
      database.run(
        'INSERT INTO file_pieces (owner, file_id, place, value) VALUES (?, ?, ?, ?)',
        ...[owner, id, place, value],
      );
      return true;
    });
  }

  finish(owner: string, file: StoredFile): Promise<boolean> {
    const { database, codec } = this.context;
    return whenFree(database, () => {
      const ended = database.run(
        `UPDATE files SET value = ?, purpose = ?, expires_at = ? WHERE ${unfinished}`,
        ...[encodeFile(codec, file), file.purpose, file.expiresAt * 1000],
        ...[owner, file.id, this.now()],
      );
      return ended > 0;
    });
  }

  find(owner: string, id: string): Promise<StoredFile | undefined> {
    const { database, codec } = this.context;
    return whenFree(database, () => {
      const sql = `SELECT value FROM files WHERE ${finished}`;
      const row = database.get(sql, owner, id, this.now()) as { value: string } | undefined;
      return row && decodeFile(codec, row.value);
    });
  }

  page(owner: string, request: FilePageRequest): Promise<FilePage | undefined> {
    const { after, limit, order, purpose } = request;
    const { database, codec } = this.context;
    return whenFree(database, () => {
      const now = this.now();
      const ascending = order === 'asc';
      let start = ascending ? -1 : Number.MAX_SAFE_INTEGER;
      if (after !== undefined) {
        const sql = `SELECT position FROM files WHERE ${finished}`;
        const row = database.get(sql, owner, after, now) as { position: number } | undefined;
        if (row === undefined) return undefined;
        start = row.position;
      }
      const rows = database.all(
        `SELECT value FROM files WHERE owner = ? AND position ${ascending ? '>' : '<'} ? AND expires_at > ?
         AND value IS NOT NULL AND (? IS NULL OR purpose = ?) ORDER BY position ${order} LIMIT ?`,
        ...[owner, start, now, purpose ?? null, purpose ?? null, limit + 1],
      ) as { value: string }[];
      const texts = rows.map(({ value }) => value);
      return decodeFilePage(codec, texts, limit);
    });
  }

  read(owner: string, id: string, place: number): Promise<Buffer | undefined> {
    const { database, codec } = this.context;
    return whenFree(database, () => {
      const row = database.get(
        `SELECT p.value FROM files f JOIN file_pieces p ON p.owner = f.owner AND p.file_id = f.id AND p.place = ?
         WHERE f.owner = ? AND f.id = ? AND f.expires_at > ? AND f.value IS NOT NULL`,
        ...[place, owner, id, this.now()],
      ) as { value: string } | undefined;
      return row && decodePiece(codec, row.value);
    });
  }

  /** Nobody sees it from the first step on; its pieces go in further ones, and nobody else's. */
  async delete(owner: string, id: string): Promise<boolean> {
    const { database } = this.context;
    const there = await whenFree(database, () =>
      database.run(`UPDATE files SET expires_at = 0 WHERE ${living}`, owner, id, this.now()),
    );
    if (there === 0) return false;
    await this.drop(expiredOne, owner, id);
    return true;
  }

  /** Deletes what has expired. */
  async sweep(): Promise<void> {
    await this.drop(expired);
  }

  /** Counts the bytes that files take, for the sweep of all else. */
  usedBytes(): number {
    if (this.areElsewhere) return 0;
    const sql = 'SELECT coalesce(sum(bytes), 0) AS bytes FROM files';
    const { bytes } = this.context.database.get(sql) as { bytes: number };
    return Math.ceil((bytes * 4) / 3);
  }

  /** Deletes files in small steps. */
  private async drop(which: string, ...values: string[]): Promise<void> {
    const endsAt = performance.now() + longestMs;
    const { database } = this.context;
    while (await whenFree(database, () => this.dropSome(which, values))) {
      if (performance.now() >= endsAt) return;
      await nextTurn();
    }
  }

  private dropSome(which: string, values: readonly string[]): boolean {
    const { database } = this.context;
    const now = this.now();
    const pieces = database.run(
      `DELETE FROM file_pieces WHERE rowid IN (
         SELECT p.rowid FROM files f JOIN file_pieces p ON p.owner = f.owner AND p.file_id = f.id
         WHERE ${which} LIMIT ?)`,
      ...[now, ...values, piecesPerStep],
    );
    if (pieces > 0) return true;
    const files = database.run(
      `DELETE FROM files WHERE position IN (SELECT f.position FROM files f WHERE ${which} LIMIT ?)`,
      ...[now, ...values, filesPerStep],
    );
    return files > 0;
  }

  private assertRoom(owner: string, limits: FileLimits, more: FileRoom): void {
    const usage = this.context.database.get(
      `SELECT o.n AS ownerFiles, o.b AS ownerBytes, t.n AS totalFiles, t.b AS totalBytes FROM
         (SELECT count(*) AS n, coalesce(sum(bytes), 0) AS b FROM files WHERE owner = ?) AS o,
         (SELECT count(*) AS n, coalesce(sum(bytes), 0) AS b FROM files) AS t`,
      owner,
    ) as FileUsage;
    assertRoom(usage, limits, more);
  }

  private changed<Value>(action: () => Value): Promise<Value> {
    const { database } = this.context;
    return whenFree(database, () => database.transaction(action));
  }

  private now(): number {
    return this.context.clock.now();
  }
}
