import { Inject, Injectable } from '@nestjs/common';
import { invalidRequest, payloadTooLarge } from '../../../common/error-table.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { HeavyWork } from '../../../gate/heavy-work.service.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import { StoredReads } from '../../../gate/stored-reads.service.js';
import { PIECE_BYTES, type FileStore, type StoredFile } from '../../../store/file-store.port.js';
import { RESPONSE_STORE, type ResponseStore } from '../../../store/response-store.port.js';
import type { FindFiles, KnownFile, KnownFiles } from '../../translator/known-files.js';
import { CountedReads } from './counted-reads.service.js';

const mostFiles = 100;

/** Reads the files that a request names. They are counted in the memory of its caller before they are read. */
@Injectable()
export class StoredFiles {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly reads: StoredReads,
    private readonly counted: CountedReads,
    private readonly heavyWork: HeavyWork,
  ) {}

  /** Gives undefined where no files are kept. `memory` is held by the request that asks. */
  finderOf(owner: string, memory: MemoryHold | undefined): FindFiles | undefined {
    const { files } = this.store;
    if (files === undefined || this.settings.files.ownerFiles === 0) return undefined;
    return (ids) => this.find(files, owner, ids, memory);
  }

  /** @throws ApiError 400 for too many, 413 for what is too large together, 503 where there is no room for it. */
  private async find(
    files: FileStore,
    owner: string,
    ids: readonly string[],
    memory: MemoryHold | undefined,
  ): Promise<KnownFiles> {
    if (ids.length > mostFiles) {
      throw invalidRequest(`A request may name ${mostFiles} files with its history.`, 'input');
    }
    const known = await this.reads.run(memory, async () => {
      const stored: StoredFile[] = [];
      for (const id of ids) stored.push(...asList(await files.find(owner, id)));
      this.count(stored, memory);
      const found = new Map<string, KnownFile>();
      for (const file of stored) {
        const base64 = await readBase64(files, owner, file);
        if (base64 !== undefined) found.set(file.id, { filename: file.filename, base64 });
      }
      return found;
    });
    // The request lost its turn while the store was asked, and its translation is still to come.
    return this.heavyWork.run(memory, () => known);
  }

  private count(files: readonly StoredFile[], memory: MemoryHold | undefined): void {
    const { fileBytes } = this.settings.files;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes > fileBytes) {
      const message = `The files of a request with its history have ${bytes} bytes; the limit is ${fileBytes} (MAX_FILE_BYTES).`;
      throw payloadTooLarge(message, 'input');
    }
    if (memory !== undefined) this.counted.note(memory, Math.ceil((bytes * 4) / 3));
  }
}

/** Gives undefined where it is deleted meanwhile. Pieces are whole groups of three bytes, so that their texts can be joined. */
async function readBase64(
  files: FileStore,
  owner: string,
  { id, bytes }: StoredFile,
): Promise<string | undefined> {
  let text = '';
  const { pieceBytes = PIECE_BYTES } = files;
  for (let place = 0; place * pieceBytes < bytes; place += 1) {
    const piece = await files.read(owner, id, place);
    if (piece === undefined) return undefined;
    text += piece.toString('base64');
  }
  return text;
}

function asList<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}
