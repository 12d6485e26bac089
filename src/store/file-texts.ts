import {
  BYTES_PER_FILE,
  FileLimitError,
  type FileLimits,
  type FilePage,
  type StoredFile,
} from './file-store.port.js';
import type { RecordCodec } from './record-codec.js';

/** Says what the files of an owner, and of all, take by now; their bytes are those of the files alone. */
export interface FileUsage {
  ownerBytes: number;
  ownerFiles: number;
  totalBytes: number;
  totalFiles: number;
}

/** Says how much room something takes. */
export interface FileRoom {
  files: number;
  bytes: number;
}

/** @throws FileLimitError where so many files and bytes more are too many. */
export function assertRoom(usage: FileUsage, limits: FileLimits, more: FileRoom): void {
  const ownerFiles = usage.ownerFiles + more.files;
  if (ownerFiles > limits.ownerFiles) throw new FileLimitError('ownerFiles');
  const ownerBytes = usage.ownerBytes + more.bytes + BYTES_PER_FILE * ownerFiles;
  if (ownerBytes > limits.ownerBytes) throw new FileLimitError('ownerBytes');
  const totalFiles = usage.totalFiles + more.files;
  const totalBytes = usage.totalBytes + more.bytes + BYTES_PER_FILE * totalFiles;
  if (totalBytes > limits.totalBytes) throw new FileLimitError('totalBytes');
}

export function encodeFile(codec: RecordCodec, file: StoredFile): string {
  return codec.encode(file);
}

/** Gives a page of files out of one text more than it may have, which says that there are more. */
export function decodeFilePage(
  codec: RecordCodec,
  texts: readonly string[],
  limit: number,
): FilePage {
  const files = texts.slice(0, limit).map((text) => decodeFile(codec, text));
  return { files, hasMore: texts.length > limit };
}

export function decodeFile(codec: RecordCodec, text: string): StoredFile {
  return codec.decode(text) as StoredFile;
}

/** Pieces are texts as all that is stored, in every technology, so that one seal is for everything. */
export function encodePiece(codec: RecordCodec, piece: Uint8Array): string {
  return codec.encode(Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('base64'));
}

export function decodePiece(codec: RecordCodec, text: string): Buffer {
  return Buffer.from(codec.decode(text) as string, 'base64');
}
