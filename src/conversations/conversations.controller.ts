import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { mapPage, readPageQuery, type ListPage } from '../common/list-page.js';
import { StoredReads } from '../gate/stored-reads.service.js';
import { ItemIncludes } from '../responses/state/stored/item-includes.service.js';
import type { StoredConversation, StoredItem } from '../store/conversation-store.port.js';
import { Owners } from '../store/owners.service.js';
import { ConversationsService } from './conversations.service.js';

type QueryValues = Readonly<Record<string, unknown>>;
type JsonBody = Record<string, unknown> | null;

interface ConversationResource {
  id: string;
  object: 'conversation';
  created_at: number;
  metadata: Record<string, string>;
}

@Controller('v1/conversations')
export class ConversationsController {
  constructor(
    private readonly owners: Owners,
    private readonly conversations: ConversationsService,
    private readonly includes: ItemIncludes,
    private readonly reads: StoredReads,
  ) {}

  @Post()
  @HttpCode(200)
  async create(
    @Body() body: JsonBody,
    @Req() request: FastifyRequest,
  ): Promise<ConversationResource> {
    return toResource(await this.conversations.create(this.ownerOf(request), body ?? {}));
  }

  @Get(':id')
  async read(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<ConversationResource> {
    return toResource(await this.conversations.read(this.ownerOf(request), id));
  }

  @Post(':id')
  @HttpCode(200)
  async update(
    @Param('id') id: string,
    @Body() body: JsonBody,
    @Req() request: FastifyRequest,
  ): Promise<ConversationResource> {
    return toResource(await this.conversations.update(this.ownerOf(request), id, body ?? {}));
  }

  @Delete(':id')
  async delete(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<{ id: string; object: 'conversation.deleted'; deleted: true }> {
    await this.conversations.delete(this.ownerOf(request), id);
    return { id, object: 'conversation.deleted', deleted: true };
  }

  @Post(':id/items')
  @HttpCode(200)
  async append(
    @Param('id') id: string,
    @Body() body: JsonBody,
    @Query() query: QueryValues,
    @Req() request: FastifyRequest,
  ): Promise<ListPage<StoredItem>> {
    const addIncluded = this.includes.of(query);
    const owner = this.ownerOf(request);
    return mapPage(await this.conversations.append(owner, id, body ?? {}), addIncluded);
  }

  @Get(':id/items')
  async page(
    @Param('id') id: string,
    @Query() query: QueryValues,
    @Req() request: FastifyRequest,
  ): Promise<ListPage<StoredItem>> {
    const addIncluded = this.includes.of(query);
    const page = readPageQuery(query);
    const owner = this.ownerOf(request);
    return this.reads.run(request.memory, async () =>
      mapPage(await this.conversations.page(owner, id, page), addIncluded),
    );
  }

  @Get(':id/items/:itemId')
  async readItem(
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @Query() query: QueryValues,
    @Req() request: FastifyRequest,
  ): Promise<StoredItem> {
    const addIncluded = this.includes.of(query);
    const owner = this.ownerOf(request);
    return this.reads.run(request.memory, async () =>
      addIncluded(await this.conversations.readItem(owner, id, itemId)),
    );
  }

  @Delete(':id/items/:itemId')
  async deleteItem(
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @Req() request: FastifyRequest,
  ): Promise<ConversationResource> {
    return toResource(await this.conversations.deleteItem(this.ownerOf(request), id, itemId));
  }

  private ownerOf(request: FastifyRequest): string {
    return this.owners.of(request);
  }
}

function toResource({ id, createdAt, metadata }: StoredConversation): ConversationResource {
  return { id, object: 'conversation', created_at: createdAt, metadata };
}
