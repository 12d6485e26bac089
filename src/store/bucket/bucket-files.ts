import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../common/clock.js';
import {
  PIECE_BYTES,
  UNFINISHED_MS,
  type FileLimits,
  type FilePage,
  type FilePageRequest,
  type FileStore,
  type StoredFile,
} from '../file-store.port.js';
import { decodePiece, encodePiece } from '../file-texts.js';
import type { RecordCodec } from '../record-codec.js';
import type { Seal } from '../seal.port.js';
import type { ListedObject } from './read-answer.js';
import { sha256, type S3Bucket } from './s3-bucket.js';

/** An object is a piece of so many bytes, which is a multiple of three. */
const pieceBytes = 768 * 1024;

/** A deletion and a sweep take so long, as the monitor gives them three seconds; the next sweep does the rest. */
const longestMs = 2_000;
/** All objects are looked at so often. */
const roundMs = 10 * 60_000;
const deletionsAtOnce = 8;
const indexReadsAtOnce = 4;

export interface BucketFilesOptions {
  bucket: S3Bucket;
  /** Says which files there are, and what they take; of each piece it has what tells its object from any other. */
  index: FileStore;
  codec: RecordCodec;
  seal: Seal | undefined;
  clock: Clock;
  /** An upload may take so long. */
  uploadMs: number;
  /** What could not be deleted now is told, and is deleted by a later sweep. */
  onError: (error: Error) => void;
}

/** Keeps the bytes of files in a bucket, an object a piece, and everything else of them in the store. */
export class BucketFiles implements FileStore {
  readonly pieceBytes = pieceBytes;
  private token: string | undefined;
  private nextRoundAt = 0;

  constructor(private readonly options: BucketFilesOptions) {}

  begin(owner: string, id: string, limits: FileLimits): Promise<void> {
    return this.options.index.begin(here(owner), id, limits);
  }

  /** The room is taken before the object is written, so that limits hold for what is under way. */
  async append(
    owner: string,
    id: string,
    place: number,
    piece: Uint8Array,
    limits: FileLimits,
    bytes = piece.length,
  ): Promise<boolean> {
    const { bucket, index } = this.options;
    const content = await this.sealed(piece);
    const mark = Buffer.from(sha256(content), 'hex');
    if (!(await index.append(here(owner), id, place, mark, limits, bytes))) return false;
    await bucket.put(keyOf(owner, id, place), content);
    return true;
  }

  finish(owner: string, file: StoredFile): Promise<boolean> {
    return this.options.index.finish(here(owner), file);
  }

  find(owner: string, id: string): Promise<StoredFile | undefined> {
    return this.options.index.find(here(owner), id);
  }

  page(owner: string, request: FilePageRequest): Promise<FilePage | undefined> {
    return this.options.index.page(here(owner), request);
  }

  /** @throws Error for an object that is not what was written. */
  async read(owner: string, id: string, place: number): Promise<Buffer | undefined> {
    const { bucket, index } = this.options;
    const mark = await index.read(here(owner), id, place);
    if (mark === undefined) return undefined;
    const content = await bucket.get(keyOf(owner, id, place));
    if (content === undefined || sha256(content) !== mark.toString('hex')) {
      throw new Error(`The bucket ${content === undefined ? 'has lost' : 'has changed'} a piece.`);
    }
    return this.opened(content);
  }

  /** Nobody sees it once the index has it no more. Objects that stay are deleted by a sweep. */
  async delete(owner: string, id: string): Promise<boolean> {
    const { bucket, index, onError } = this.options;
    if (!(await index.delete(here(owner), id))) return false;
    const endsAt = performance.now() + longestMs;
    try {
      let token: string | undefined;
      do {
        const list = await bucket.list(`${folderOf(owner, id)}/`, token);
        await this.deleteAll(list.objects, endsAt);
        token = list.token;
      } while (token !== undefined && performance.now() < endsAt);
    } catch (error) {
      onError(error as Error);
    }
    return true;
  }

  /** Deletes objects of files that are not there any more: expired ones, and what a lost process has left. */
  async sweep(): Promise<void> {
    const { bucket, clock } = this.options;
    if (clock.now() < this.nextRoundAt) return;
    const endsAt = performance.now() + longestMs;
    do {
      const { objects, token } = await bucket.list('', this.token);
      await this.deleteAll(await this.orphansOf(objects), endsAt);
      // What was left out for lack of time is met again.
      if (performance.now() >= endsAt) return;
      this.token = token;
    } while (this.token !== undefined);
    this.nextRoundAt = clock.now() + roundMs;
  }

  /** An object that an upload may still go on with is none. */
  private async orphansOf(objects: readonly ListedObject[]): Promise<ListedObject[]> {
    const { clock, index, uploadMs } = this.options;
    const before = clock.now() - uploadMs - UNFINISHED_MS;
    const old = objects.filter(({ modifiedAt }) => modifiedAt <= before);
    const there = new Map(old.flatMap(({ key }) => fileOf(key)).map((file) => [file.folder, file]));
    await inTurns([...there.values()], indexReadsAtOnce, async ({ folder, owner, id }) => {
      // What cannot be read, or not opened with the seal keys of today, may be there.
      const file = await index.find(here(owner), id).catch(() => null);
      if (file === undefined) there.delete(folder);
    });
    // What is no piece of a file is somebody else's.
    return old.filter(({ key }) => fileOf(key).some(({ folder }) => !there.has(folder)));
  }

  private deleteAll(objects: readonly ListedObject[], endsAt: number): Promise<void> {
    return inTurns(objects, deletionsAtOnce, async ({ key }) => {
      if (performance.now() < endsAt) await this.options.bucket.delete(key);
    });
  }

  /** Without a seal an object has the very bytes, with one a line for each part: others have the thread in between. */
  private async sealed(piece: Uint8Array): Promise<Uint8Array> {
    const { codec, seal } = this.options;
    if (seal === undefined) return piece;
    const lines: string[] = [];
    for (let start = 0; start === 0 || start < piece.length; start += PIECE_BYTES) {
      lines.push(encodePiece(codec, piece.subarray(start, start + PIECE_BYTES)));
      await nextTurn();
    }
    return Buffer.from(lines.join('\n'));
  }

  private async opened(content: Buffer): Promise<Buffer> {
    const { codec, seal } = this.options;
    if (seal === undefined) return content;
    const parts: Buffer[] = [];
    for (const line of content.toString().split('\n')) {
      parts.push(decodePiece(codec, line));
      await nextTurn();
    }
    return Buffer.concat(parts);
  }
}

interface PieceOf {
  folder: string;
  owner: string;
  id: string;
}

/** Tells which file a piece is of, where it is one. */
function fileOf(key: string): PieceOf[] {
  const [, folder, owner, id] = /^(([\w.-]+)\/([\w.-]+))\/\d+$/.exec(key) ?? [];
  if (folder === undefined || owner === undefined || id === undefined) return [];
  return [{ folder, owner, id }];
}

async function inTurns<Value>(
  values: readonly Value[],
  atOnce: number,
  action: (value: Value) => Promise<void>,
): Promise<void> {
  const waiting = [...values];
  const next = async (): Promise<void> => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) await action(one);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}

/** Files of a bucket are others than those that the store keeps itself: each are there again when FILES_URL is as it was. */
function here(owner: string): string {
  return `${owner} bucket`;
}

function folderOf(owner: string, id: string): string {
  return `${owner}/${id}`;
}

function keyOf(owner: string, id: string, place: number): string {
  return `${folderOf(owner, id)}/${place}`;
}
