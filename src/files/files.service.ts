import { Inject, Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { CLOCK, type Clock } from '../common/clock.js';
import { invalidRequest, unsupported } from '../common/error-table.js';
import { fileStorageFull, filesFull, notFound } from '../common/state-errors.js';
import { ID_GENERATOR, type IdGenerator } from '../common/id-generator.js';
import { toListPage, unknownAfter, type ListPage } from '../common/list-page.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { FileLimitError, PIECE_BYTES } from '../store/file-store.port.js';
import type { FilePageRequest, FileStore, StoredFile } from '../store/file-store.port.js';
import { RESPONSE_STORE, type ResponseStore } from '../store/response-store.port.js';
import { readFileFields } from './file-fields.js';
import { toFileResource, type FileResource } from './file-resource.js';
import { inPieces } from './in-pieces.js';
import { fileTooLarge, readUploadForm } from './upload-form.js';

/** A form has so many bytes beside its file. */
const bytesOfForm = 64 * 1024;
const longestName = 512;

/** Keeps files of one owner. @throws ApiError 404 for what is not there, or is someone else's. */
@Injectable()
export class FilesService {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Keeps the file of a form while it comes in. One that does not end well leaves nothing.
   * @throws ApiError 400 naming the field, 413 where it is too large.
   */
  async create(
    owner: string,
    payload: Readable,
    headers: IncomingHttpHeaders,
  ): Promise<FileResource> {
    const files = this.files();
    const { files: limits, store } = this.settings;
    if (Number(headers['content-length'] ?? 0) > limits.fileBytes + bytesOfForm) {
      payload.resume();
      throw fileTooLarge(limits.fileBytes);
    }
    // Clients tell ids of files by this beginning.
    const id = this.ids.next('file').replace('_', '-');
    let filename = '';
    let bytes = 0;
    try {
      const form = await readUploadForm(
        payload,
        headers,
        limits.fileBytes,
        async (content, name) => {
          filename = nameOf(name);
          await files.begin(owner, id, limits);
          let place = 0;
          for await (const piece of inPieces(content, this.pieceBytes)) {
            if (!(await files.append(owner, id, place, piece, limits))) throw uploadLost();
            bytes += piece.length;
            place += 1;
          }
        },
      );
      const { purpose, expiresAfterSeconds = Infinity } = readFileFields(form);
      const createdAt = Math.floor(this.clock.now() / 1000);
      const expiresAt = createdAt + Math.min(expiresAfterSeconds, Math.floor(store.ttlMs / 1000));
      const file = { id, filename, purpose, bytes, createdAt, expiresAt };
      if (!(await files.finish(owner, file))) throw uploadLost();
      return toFileResource(file);
    } catch (error) {
      // What cannot be deleted now is gone within minutes, as what a lost process leaves is.
      await files.delete(owner, id).catch(() => undefined);
      throw error instanceof FileLimitError ? this.refusal(error) : error;
    }
  }

  get pieceBytes(): number {
    return this.store.files?.pieceBytes ?? PIECE_BYTES;
  }

  async read(owner: string, id: string): Promise<FileResource> {
    return toFileResource(await this.find(owner, id));
  }

  async page(owner: string, request: FilePageRequest): Promise<ListPage<FileResource>> {
    const page = await this.files().page(owner, request);
    if (page === undefined) throw unknownAfter();
    return toListPage(page.files.map(toFileResource), page.hasMore);
  }

  async delete(owner: string, id: string): Promise<void> {
    if (!(await this.files().delete(owner, id))) throw fileNotFound(id);
  }

  /** Gives the file with its content, which is read piece by piece. */
  async content(
    owner: string,
    id: string,
  ): Promise<{ file: StoredFile; pieces: AsyncIterable<Buffer> }> {
    const file = await this.find(owner, id);
    return { file, pieces: piecesOf(this.files(), owner, file) };
  }

  private async find(owner: string, id: string): Promise<StoredFile> {
    const file = await this.files().find(owner, id);
    if (file === undefined) throw fileNotFound(id);
    return file;
  }

  /** @throws ApiError 400 where none are kept. */
  private files(): FileStore {
    const { files } = this.store;
    if (files === undefined || this.settings.files.ownerFiles === 0) {
      throw unsupported('No files are kept here (STORE_URL, MAX_OWNER_FILES).', null);
    }
    return files;
  }

  private refusal({ limit }: FileLimitError): Error {
    const { ownerFiles, ownerBytes } = this.settings.files;
    if (limit === 'totalBytes') return fileStorageFull();
    return limit === 'ownerFiles'
      ? filesFull(`${ownerFiles} files (MAX_OWNER_FILES)`)
      : filesFull(`${ownerBytes} bytes of files (MAX_OWNER_FILE_BYTES)`);
  }
}

async function* piecesOf(
  files: FileStore,
  owner: string,
  { id, bytes }: StoredFile,
): AsyncGenerator<Buffer> {
  const { pieceBytes = PIECE_BYTES } = files;
  for (let place = 0; place * pieceBytes < bytes; place += 1) {
    const piece = await files.read(owner, id, place);
    if (piece === undefined) throw fileNotFound(id);
    yield piece;
  }
}

/** @throws ApiError 400 for a name that nothing could show. */
function nameOf(filename = ''): string {
  if (filename.length > longestName) {
    throw invalidRequest(`The filename has more than ${longestName} characters.`, 'file');
  }
  return filename === '' ? 'upload' : filename;
}

function fileNotFound(id: string): Error {
  return notFound(`No such File object: ${id.slice(0, 200)}`, 'id');
}

function uploadLost(): Error {
  return notFound('The file was deleted while it came in.', 'file');
}
