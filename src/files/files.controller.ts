import { Readable } from 'node:stream';
import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { unsupportedMediaType } from '../common/error-table.js';
import type { ListPage } from '../common/list-page.js';
import { noteAnswer } from '../gate/request-memory.js';
import { StoredReads } from '../gate/stored-reads.service.js';
import { Owners } from '../store/owners.service.js';
import { readFilePageQuery } from './file-fields.js';
import type { FileResource } from './file-resource.js';
import { FilesService } from './files.service.js';

@Controller('v1/files')
export class FilesController {
  constructor(
    private readonly owners: Owners,
    private readonly files: FilesService,
    private readonly reads: StoredReads,
  ) {}

  @Post()
  @HttpCode(200)
  async create(@Req() request: FastifyRequest): Promise<FileResource> {
    const { body, headers } = request;
    if (!(body instanceof Readable)) {
      throw unsupportedMediaType('Content-Type must be multipart/form-data.');
    }
    return this.files.create(this.owners.of(request), body, headers);
  }

  @Get()
  async page(
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
  ): Promise<ListPage<FileResource>> {
    const page = readFilePageQuery(query);
    const owner = this.owners.of(request);
    return this.reads.run(request.memory, () => this.files.page(owner, page));
  }

  @Get(':id')
  async read(@Param('id') id: string, @Req() request: FastifyRequest): Promise<FileResource> {
    return this.files.read(this.owners.of(request), id);
  }

  /** A client that takes nothing for a while is cut, as with every answer. */
  @Get(':id/content')
  async content(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { file, pieces } = await this.files.content(this.owners.of(request), id);
    // One piece is read while one is taken, and each is text before it is bytes.
    noteAnswer(reply, 4 * this.files.pieceBytes);
    await reply
      .header('content-type', 'application/octet-stream')
      .header('content-length', file.bytes)
      .header('content-disposition', attachment(file.filename))
      .send(Readable.from(pieces, { objectMode: false, highWaterMark: 1 }));
  }

  @Delete(':id')
  async delete(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<{ id: string; object: 'file'; deleted: true }> {
    await this.files.delete(this.owners.of(request), id);
    return { id, object: 'file', deleted: true };
  }
}

/** Names are written as RFC 6266 and RFC 8187 want those that are not ASCII. */
function attachment(filename: string): string {
  const name = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${name}`;
}
