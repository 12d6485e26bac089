import { StoreRefusal } from './response-record-store.port.js';

export interface StoredFile {
  id: string;
  filename: string;
  purpose: string;
  bytes: number;
  /** These are in seconds since the epoch. It is gone from `expiresAt` on. */
  createdAt: number;
  expiresAt: number;
}

/**
 * A file is written and read in pieces of so many bytes, unless the store says another number; the last may have fewer. Their
 * base64 has no padding in between.
 */
export const PIECE_BYTES = 192 * 1024;

/** Each file counts for so many bytes beside its own: a limit of bytes bounds the number of empty files, too. */
export const BYTES_PER_FILE = 1024;

/** What was begun and not finished is gone so long after its last piece: its process has died, or its client. */
export const UNFINISHED_MS = 10 * 60_000;

/** What files may take together, unfinished ones included. */
export interface FileLimits {
  ownerBytes: number;
  ownerFiles: number;
  totalBytes: number;
}

export interface FilePageRequest {
  /** The page begins behind this file. */
  after: string | undefined;
  limit: number;
  order: 'asc' | 'desc';
  purpose: string | undefined;
}

export interface FilePage {
  files: StoredFile[];
  hasMore: boolean;
}

/**
 * Keeps files. One is seen by nobody before it is finished, so a process that dies leaves no half of one. Order is that in which
 * they were begun.
 */
export interface FileStore {
  /** Pieces have so many bytes here, which is a multiple of three; absent means PIECE_BYTES. */
  readonly pieceBytes?: number;
  /** Begins a file. Rejects with FileLimitError where there is no room for another one. */
  begin(owner: string, id: string, limits: FileLimits): Promise<void>;
  /**
   * Adds the piece number `place`, counted from 0. Gives false when the file is gone or finished. Rejects with FileLimitError
   * where there is no room for it.
   * @param bytes are what the piece counts, where it only stands for bytes that are elsewhere.
   */
  append(
    owner: string,
    id: string,
    place: number,
    piece: Uint8Array,
    limits: FileLimits,
    bytes?: number,
  ): Promise<boolean>;
  /** Makes it one that is seen. Gives false when it is gone or finished already. */
  finish(owner: string, file: StoredFile): Promise<boolean>;
  find(owner: string, id: string): Promise<StoredFile | undefined>;
  /** Gives undefined when the file `after` is not there. */
  page(owner: string, request: FilePageRequest): Promise<FilePage | undefined>;
  /** Gives a piece of a finished file; undefined when it is not there. */
  read(owner: string, id: string, place: number): Promise<Buffer | undefined>;
  /** Deletes it, finished or not. Gives false when there is none. */
  delete(owner: string, id: string): Promise<boolean>;
}

/** There is no room for a file, or for more of it. */
export class FileLimitError extends StoreRefusal {
  constructor(readonly limit: keyof FileLimits) {
    super(`There is no room for the file (${limit}).`);
    this.name = 'FileLimitError';
  }
}
