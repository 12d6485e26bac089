import { Inject, Injectable } from '@nestjs/common';
import { invalidRequest } from '../../../common/error-table.js';
import { notFound } from '../../../common/state-errors.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { OutputItem } from '../../../contracts/responses/items.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import type { StoredItem } from '../../../store/conversation-store.port.js';
import { RESPONSE_STORE, type ResponseStore } from '../../../store/response-store.port.js';
import { isOver } from '../../../store/response-texts.js';
import { HistoryService } from '../recording/history.service.js';

/** Reads, deletes and cancels stored responses. @throws ApiError 404 for what is not there, or is someone else's. */
@Injectable()
export class StoredResponsesService {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    private readonly history: HistoryService,
  ) {}

  async read(owner: string, id: string): Promise<ResponseResource> {
    const found = await this.store.responses.find(owner, id);
    if (found === undefined) throw responseNotFound(id);
    return found.response;
  }

  async delete(owner: string, id: string): Promise<void> {
    if (!(await this.store.responses.delete(owner, id))) throw responseNotFound(id);
  }

  async input(owner: string, id: string, memory: MemoryHold | undefined): Promise<StoredItem[]> {
    const items = await this.history.inputOf(owner, id, memory);
    if (items === undefined) throw responseNotFound(id);
    return items;
  }

  /** Ends a background response, whichever process runs it. One that is over already is given as it is. */
  async cancel(owner: string, id: string): Promise<ResponseResource> {
    const response = await this.read(owner, id);
    if (!response.background) {
      throw invalidRequest('Cannot cancel a synchronous response.', null, 'not_cancellable');
    }
    if (isOver(response.status)) return response;
    return this.end(owner, response, { status: 'cancelled' }, 'response.incomplete');
  }

  /** Fails a response whose process is gone. */
  async fail(owner: string, id: string, message: string): Promise<void> {
    const found = await this.store.responses.find(owner, id);
    if (found === undefined) return;
    const error = { code: 'server_error', message };
    await this.end(owner, found.response, { status: 'failed', error }, 'response.failed');
  }

  /** Ends it with the items that were done by then. When another ending was first, that one counts. */
  private async end(
    owner: string,
    response: ResponseResource,
    fields: Partial<ResponseResource>,
    type: 'response.incomplete' | 'response.failed',
  ): Promise<ResponseResource> {
    const output = await this.doneItems(owner, response.id);
    const ended = { ...response, output, ...fields };
    // The store gives the event its number, which is its place in the log.
    const events: ResponseEvent[] = [{ type, sequence_number: 0, response: ended }];
    const log = response.background ? { events } : {};
    const won = await this.store.responses.finish(owner, { response: ended, ...log });
    return won ? ended : this.read(owner, response.id);
  }

  private async doneItems(owner: string, id: string): Promise<OutputItem[]> {
    const items: OutputItem[] = [];
    for (let from = 0; ;) {
      const batch = await this.store.runs.read(owner, id, from);
      if (batch === undefined || batch.events.length === 0) return items;
      for (const event of batch.events) {
        if (event.type === 'response.output_item.done') items.push(event.item);
      }
      from += batch.events.length;
    }
  }
}

function responseNotFound(id: string): Error {
  return notFound(`Response with id '${id.slice(0, 200)}' not found.`);
}
