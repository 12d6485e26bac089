import { Inject, Injectable } from '@nestjs/common';
import { invalidRequest } from '../../../common/error-table.js';
import { previousResponseNotFound } from '../../../common/state-errors.js';
import type { InputItem } from '../../../contracts/responses/items.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import type { StoredItem } from '../../../store/conversation-store.port.js';
import { ChainTooLongError, type StoredTurn } from '../../../store/response-record-store.port.js';
import { RESPONSE_STORE, type ResponseStore } from '../../../store/response-store.port.js';
import { CountedReads } from './counted-reads.service.js';

/** Finds the items that a response had behind and before it. */
@Injectable()
export class HistoryService {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    private readonly reads: CountedReads,
  ) {}

  /**
   * Gives everything up to and with the output of `id`, which counts as held by `memory`.
   * @throws ApiError 400 `previous_response_not_found`, 413, 503.
   */
  async ofResponse(
    owner: string,
    id: string,
    memory: MemoryHold | undefined,
  ): Promise<InputItem[]> {
    const turns = await this.reads.history(memory, 'previous_response_id', (mostBytes) =>
      this.turns(owner, id, mostBytes),
    );
    if (turns === undefined) throw previousResponseNotFound(id);
    const last = turns.at(-1);
    if (last?.status === 'queued' || last?.status === 'in_progress') {
      const message = `Previous response with id '${id}' is still in progress.`;
      throw invalidRequest(message, 'previous_response_id', 'previous_response_in_progress');
    }
    return turns.flatMap(({ input, output }) => [...input, ...(output as unknown as InputItem[])]);
  }

  /** Gives the whole input of `id`, earlier turns included. Undefined when it is not there. */
  async inputOf(
    owner: string,
    id: string,
    memory: MemoryHold | undefined,
  ): Promise<StoredItem[] | undefined> {
    const turns = await this.reads.read(memory, (mostBytes) => this.turns(owner, id, mostBytes));
    if (turns === undefined) return (await this.store.responses.find(owner, id))?.input;
    return turns.flatMap(({ input, output }, index) =>
      index === turns.length - 1 ? input : [...input, ...(output as unknown as StoredItem[])],
    );
  }

  private async turns(
    owner: string,
    id: string,
    mostBytes: number,
  ): Promise<StoredTurn[] | undefined> {
    try {
      return await this.store.responses.chain(owner, id, mostBytes);
    } catch (error) {
      if (!(error instanceof ChainTooLongError)) throw error;
      throw invalidRequest(error.message, 'previous_response_id');
    }
  }
}
