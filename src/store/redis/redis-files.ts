import {
  BYTES_PER_FILE,
  FileLimitError,
  UNFINISHED_MS,
  type FileLimits,
  type FilePage,
  type FilePageRequest,
  type FileStore,
  type StoredFile,
} from '../file-store.port.js';
import { decodeFile, decodePiece, encodeFile, encodePiece } from '../file-texts.js';
import type { RecordCodec } from '../record-codec.js';
import type { RedisConnection } from './redis-connection.js';

const filesPerSweep = 1_000;

export class RedisFiles implements FileStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly codec: RecordCodec,
  ) {}

  async begin(owner: string, id: string, limits: FileLimits): Promise<void> {
    const values = [UNFINISHED_MS, 1, 0, ...limitValues(limits)];
    accept(await this.redis.run('beginFile', owner, id, ...values));
  }

  async append(
    owner: string,
    id: string,
    place: number,
    piece: Uint8Array,
    limits: FileLimits,
    bytes = piece.length,
  ): Promise<boolean> {
    const text = encodePiece(this.codec, piece);
    const values = [UNFINISHED_MS, place, text, 0, bytes, ...limitValues(limits)];
    return accept(await this.redis.run('appendFile', owner, id, ...values));
  }

  async finish(owner: string, file: StoredFile): Promise<boolean> {
    const values = [encodeFile(this.codec, file), file.purpose, file.expiresAt * 1000];
    return (await this.redis.run('finishFile', owner, file.id, ...values)) === 1;
  }

  async find(owner: string, id: string): Promise<StoredFile | undefined> {
    const value = await this.redis.run('findFile', owner, id);
    return typeof value === 'string' ? decodeFile(this.codec, value) : undefined;
  }

  async page(owner: string, request: FilePageRequest): Promise<FilePage | undefined> {
    const { after = '', order, limit, purpose = '' } = request;
    const page = await this.redis.run('pageFiles', owner, after, order, limit, purpose);
    if (page === null) return undefined;
    const [more, values] = page as [number, string[]];
    return { files: values.map((value) => decodeFile(this.codec, value)), hasMore: more === 1 };
  }

  async read(owner: string, id: string, place: number): Promise<Buffer | undefined> {
    const text = await this.redis.run('readFile', owner, id, place);
    return typeof text === 'string' ? decodePiece(this.codec, text) : undefined;
  }

  async delete(owner: string, id: string): Promise<boolean> {
    return (await this.redis.run('deleteFile', owner, id)) === 1;
  }

  /** Redis removes what is in expired files by itself; this is for what they count. */
  async sweep(): Promise<void> {
    await this.redis.run('sweepFiles', '', '', filesPerSweep);
  }
}

function limitValues({ ownerFiles, ownerBytes, totalBytes }: FileLimits): number[] {
  return [ownerFiles, ownerBytes, totalBytes, BYTES_PER_FILE];
}

/** @throws FileLimitError where the script names the limit that refuses. */
function accept(answer: unknown): boolean {
  if (typeof answer === 'string') throw new FileLimitError(answer as keyof FileLimits);
  return answer === 1;
}
