import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { invalidRequest } from '../../../common/error-table.js';
import { mapPage, pageOf, readPageQuery, type ListPage } from '../../../common/list-page.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import type { StoredItem } from '../../../store/conversation-store.port.js';
import { HeavyWork } from '../../../gate/heavy-work.service.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import { StoredReads } from '../../../gate/stored-reads.service.js';
import { Owners } from '../../../store/owners.service.js';
import { ItemIncludes } from '../../state/stored/item-includes.service.js';
import { ReplaySender } from './replay-sender.service.js';
import { StoredResponsesService } from '../../state/stored/stored-responses.service.js';

type QueryValues = Readonly<Record<string, unknown>>;

/** Serves what was answered before, for its owner. */
@Controller('v1/responses/:id')
export class StoredResponsesController {
  constructor(
    private readonly owners: Owners,
    private readonly responses: StoredResponsesService,
    private readonly replay: ReplaySender,
    private readonly includes: ItemIncludes,
    private readonly reads: StoredReads,
    private readonly heavyWork: HeavyWork,
  ) {}

  /** With `stream=true` it sends the events of a background response, after `starting_after`, as they come. */
  @Get()
  async read(
    @Param('id') id: string,
    @Query() query: QueryValues,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const owner = this.owners.of(request);
    const addIncluded = this.includes.of(query);
    if (query.stream !== 'true') {
      await this.reads.run(request.memory, async () => {
        const response = await this.find(owner, id, request.memory);
        request.outcome.responseId = id;
        await this.heavyWork.inTurn(request.memory, () => {
          // It is not waited for until its client has taken it: others may read meanwhile.
          void reply.send({ ...response, output: response.output.map(addIncluded) });
        });
      });
      return;
    }
    const { background } = await this.reads.run(request.memory, () =>
      this.find(owner, id, request.memory),
    );
    request.outcome.responseId = id;
    if (!background) {
      throw invalidRequest('Only background responses can be streamed again.', 'stream');
    }
    const from = startingPlace(query.starting_after);
    await this.replay.send(owner, id, from, request.outcome, reply);
  }

  @Delete()
  async delete(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<{ id: string; object: 'response'; deleted: true }> {
    await this.responses.delete(this.owners.of(request), id);
    return { id, object: 'response', deleted: true };
  }

  @Post('cancel')
  @HttpCode(200)
  cancel(@Param('id') id: string, @Req() request: FastifyRequest): Promise<ResponseResource> {
    const owner = this.owners.of(request);
    return this.reads.run(request.memory, () => this.responses.cancel(owner, id));
  }

  /** Lists the items of the whole context, earlier turns of the chain included. */
  @Get('input_items')
  async inputItems(
    @Param('id') id: string,
    @Query() query: QueryValues,
    @Req() request: FastifyRequest,
  ): Promise<ListPage<StoredItem>> {
    const page = readPageQuery(query);
    const addIncluded = this.includes.of(query);
    const owner = this.owners.of(request);
    const items = await this.responses.input(owner, id, request.memory);
    // The page is written in the same turn.
    return this.heavyWork.run(request.memory, () => mapPage(pageOf(items, page), addIncluded));
  }

  /** A store in this process decodes it in the same turn; from the others one comes after the other anyway. */
  private find(
    owner: string,
    id: string,
    memory: MemoryHold | undefined,
  ): Promise<ResponseResource> {
    return this.heavyWork.inTurn(memory, () => this.responses.read(owner, id));
  }
}

function startingPlace(after: unknown): number {
  if (after === undefined) return 0;
  if (typeof after === 'string' && /^\d{1,9}$/.test(after)) return Number(after) + 1;
  throw invalidRequest('starting_after must be a sequence number.', 'starting_after');
}
