import { HeavyWork } from '../../../gate/heavy-work.service.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Sealer } from '../../../sealing/sealer.js';
import { RESPONSE_STORE, type ResponseStore } from '../../../store/response-store.port.js';
import {
  decodeThought,
  encodeThought,
  type FindThoughts,
  type Thought,
} from '../../translator/thought.js';

/**
 * Keeps what the calls of stored responses were thought of beside their response, for a client that does not give reasoning
 * back, after a restart and on every replica. It is sealed, whatever the store itself does.
 */
@Injectable()
export class StoredThoughts {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    private readonly sealer: Sealer,
    private readonly heavyWork: HeavyWork,
  ) {}

  /** Gives them as the store keeps them. */
  seal(owner: string, thoughts: ReadonlyMap<string, Thought>): ReadonlyMap<string, string> {
    return new Map(
      [...thoughts].map(([callKey, thought]) => {
        const whole = encodeThought({ ...thought, details: thought.details ?? [] });
        return [storeKey(owner, callKey), this.sealer.seal('reasoning', whole)];
      }),
    );
  }

  /** Gives undefined where nothing is kept. `memory` is held by the request that asks. */
  finderOf(owner: string, memory: MemoryHold | undefined): FindThoughts | undefined {
    return this.store.keepsState ? (callKeys) => this.find(owner, callKeys, memory) : undefined;
  }

  private async find(
    owner: string,
    callKeys: readonly string[],
    memory: MemoryHold | undefined,
  ): Promise<ReadonlyMap<string, Thought>> {
    const keys = callKeys.map((callKey) => storeKey(owner, callKey));
    const sealed = await this.look(owner, keys);
    // The request lost its turn while the store was asked, and its translation is still to come.
    return this.heavyWork.run(memory, () => {
      const found = new Map<string, Thought>();
      for (const [index, callKey] of callKeys.entries()) {
        const opened = this.sealer.open('reasoning', sealed.get(keys[index] ?? '') ?? '');
        if (opened !== undefined) found.set(callKey, decodeThought(opened));
      }
      return found;
    });
  }

  /** While the store is away, which StoreMonitor has logged and counted, a thought is lost as any other is. */
  private look(owner: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.store.responses.findThoughts(owner, keys).catch(() => new Map<string, string>());
  }
}

/** A call's key may have words of the user in it, so its hash is what is kept. */
function storeKey(owner: string, callKey: string): string {
  return createHash('sha256').update(`${owner} ${callKey}`).digest('base64url');
}
