import {
  BYTES_PER_FILE,
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
} from '../file-texts.js';
import { settle } from '../settle.js';
import type { MemoryState } from './memory-state.js';

interface FileEntry {
  /** It is undefined until the file is finished. */
  value: string | undefined;
  purpose: string;
  bytes: number;
  /** This is in milliseconds since the epoch. */
  expiresAt: number;
  pieces: string[];
}

type OwnFiles = Map<string, FileEntry>;

/** Keeps files beside the cache of what else is kept: they are refused where there is no room, and never make room for others. */
export class MemoryFiles implements FileStore {
  /** Files of an owner stand in the order in which they were begun. */
  private readonly owners = new Map<string, OwnFiles>();
  private totalBytes = 0;
  private totalFiles = 0;

  constructor(private readonly state: MemoryState) {}

  /** Its texts have so many bytes, which are Latin-1. */
  get bytes(): number {
    return Math.ceil((this.totalBytes * 4) / 3) + this.totalFiles * BYTES_PER_FILE;
  }

  begin(owner: string, id: string, limits: FileLimits): Promise<void> {
    return settle(() => {
      this.assertRoom(owner, limits, { files: 1, bytes: 0 });
      const own: OwnFiles = this.owners.get(owner) ?? new Map<string, FileEntry>();
      this.owners.set(owner, own);
      this.totalFiles += 1;
      const expiresAt = this.state.now() + UNFINISHED_MS;
      own.set(id, { value: undefined, purpose: '', bytes: 0, expiresAt, pieces: [] });
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
    return settle(() => {
      const entry = this.living(owner, id);
      if (entry === undefined || entry.value !== undefined) return false;
      this.assertRoom(owner, limits, { files: 0, bytes });
      entry.pieces[place] = encodePiece(this.state.codec, piece);
      entry.bytes += bytes;
      entry.expiresAt = this.state.now() + UNFINISHED_MS;
      this.totalBytes += bytes;
      return true;
    });
  }

  finish(owner: string, file: StoredFile): Promise<boolean> {
    return settle(() => {
      const entry = this.living(owner, file.id);
      if (entry === undefined || entry.value !== undefined) return false;
      const value = encodeFile(this.state.codec, file);
      const expiresAt = file.expiresAt * 1000;
      Object.assign(entry, { value, purpose: file.purpose, expiresAt });
      return true;
    });
  }

  find(owner: string, id: string): Promise<StoredFile | undefined> {
    return settle(() => {
      const value = this.living(owner, id)?.value;
      return value === undefined ? undefined : decodeFile(this.state.codec, value);
    });
  }

  page(owner: string, request: FilePageRequest): Promise<FilePage | undefined> {
    const { after, limit, order, purpose } = request;
    return settle(() => {
      const now = this.state.now();
      const own = [...(this.owners.get(owner) ?? [])].filter(([, entry]) => entry.expiresAt > now);
      if (order === 'desc') own.reverse();
      const start = after === undefined ? 0 : own.findIndex(([id]) => id === after) + 1;
      if (after !== undefined && start === 0) return undefined;
      const values = own.slice(start).flatMap(([, entry]) => {
        const isWanted = purpose === undefined || entry.purpose === purpose;
        return isWanted && entry.value !== undefined ? [entry.value] : [];
      });
      return decodeFilePage(this.state.codec, values, limit);
    });
  }

  read(owner: string, id: string, place: number): Promise<Buffer | undefined> {
    return settle(() => {
      const entry = this.living(owner, id);
      const piece = entry?.value === undefined ? undefined : entry.pieces[place];
      return piece === undefined ? undefined : decodePiece(this.state.codec, piece);
    });
  }

  delete(owner: string, id: string): Promise<boolean> {
    const there = this.living(owner, id) !== undefined;
    this.drop(owner, id);
    return Promise.resolve(there);
  }

  sweep(): void {
    const now = this.state.now();
    for (const [owner, own] of this.owners) {
      for (const [id, { expiresAt }] of own) if (expiresAt <= now) this.drop(owner, id);
    }
  }

  private living(owner: string, id: string): FileEntry | undefined {
    const entry = this.owners.get(owner)?.get(id);
    return entry === undefined || entry.expiresAt <= this.state.now() ? undefined : entry;
  }

  private drop(owner: string, id: string): void {
    const own = this.owners.get(owner);
    const entry = own?.get(id);
    if (own === undefined || entry === undefined) return;
    own.delete(id);
    this.totalBytes -= entry.bytes;
    this.totalFiles -= 1;
    if (own.size === 0) this.owners.delete(owner);
  }

  private assertRoom(owner: string, limits: FileLimits, more: FileRoom): void {
    const { totalBytes, totalFiles } = this;
    const own = [...(this.owners.get(owner)?.values() ?? [])];
    const ownerBytes = own.reduce((sum, { bytes }) => sum + bytes, 0);
    assertRoom({ ownerBytes, ownerFiles: own.length, totalBytes, totalFiles }, limits, more);
  }
}
