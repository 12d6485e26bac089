import { Inject, Injectable } from '@nestjs/common';
import { payloadTooLarge } from '../../../common/error-table.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { MemoryBudget } from '../../../gate/memory-budget.service.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import { noteHistory } from '../../../gate/request-memory.js';
import { StoredReads } from '../../../gate/stored-reads.service.js';
import { TooLargeError } from '../../../store/response-record-store.port.js';

/** So many bytes are read without being counted first, in one round trip: most conversations are shorter. */
const uncountedBytes = 1024 * 1024;

/**
 * Reads from the store what may be far longer than the request that names it. What is long is refused, or counted in the memory
 * of its caller, before any of it is read.
 */
@Injectable()
export class CountedReads {
  private readonly longestHistory: number;

  constructor(
    @Inject(SETTINGS) { limits }: Settings,
    private readonly reads: StoredReads,
    private readonly budget: MemoryBudget,
  ) {
    this.longestHistory = limits.historyBytes;
  }

  /**
   * Reads what a request goes on from: `read` is told how many bytes there is room for, and may be called again.
   * @param param names it in the request.
   * @throws ApiError 413 beyond MAX_HISTORY_BYTES, 503 where there is no room for it.
   */
  history<Value>(
    memory: MemoryHold | undefined,
    param: string,
    read: (mostBytes: number) => Promise<Value>,
  ): Promise<Value> {
    return this.read(memory, read, (bytes) => {
      if (bytes <= this.longestHistory) return;
      const limit = this.longestHistory;
      throw payloadTooLarge(
        `What '${param}' names has ${bytes} bytes; the limit is ${limit}.`,
        param,
      );
    });
  }

  /** Reads as `history` does, without a limit but the room that there is. */
  read<Value>(
    memory: MemoryHold | undefined,
    read: (mostBytes: number) => Promise<Value>,
    check: (bytes: number) => void = () => undefined,
  ): Promise<Value> {
    return this.reads.run(memory, async () => {
      for (let counted = 0; ;) {
        try {
          return await read(Math.max(counted, uncountedBytes));
        } catch (error) {
          if (!(error instanceof TooLargeError)) throw error;
          check(error.bytes);
          // Meanwhile it may have grown.
          if (memory !== undefined) noteHistory(memory, error.bytes - counted, this.budget);
          counted = error.bytes;
        }
      }
    });
  }

  /** Counts what is held already. @throws ApiError 503 where there is no room for it. */
  note(memory: MemoryHold, bytes: number): void {
    noteHistory(memory, bytes, this.budget);
  }
}
