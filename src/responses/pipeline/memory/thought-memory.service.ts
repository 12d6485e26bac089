import { Inject, Injectable } from '@nestjs/common';
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { CLOCK, type Clock } from '../../../common/clock.js';
import { Sealer } from '../../../sealing/sealer.js';
import { decodeThought, encodeThought, type Thought } from '../../translator/thought.js';
import type { ResponseCall } from '../call/response-call.js';
import type { Translation } from '../translation/translation.js';

/** So many characters of all sealed thoughts are kept together, and one thought for so long. */
const MOST_CHARACTERS = 32 * 1024 * 1024;
const LIFETIME_MS = 2 * 60 * 60 * 1000;

interface Remembered {
  sealed: string;
  until: number;
}

/**
 * Remembers what calls were thought of, by their keys (`ThoughtKeys`), for clients that do not give reasoning back. It is in
 * this process alone, bounded, sealed, and each caller finds only its own. What is stored beside a response comes after it.
 */
@Injectable()
export class ThoughtMemory {
  private readonly secret = createSecretKey(randomBytes(32));
  /** The oldest goes first: what is recalled is only peeked at. */
  private readonly thoughts = new LRUCache<string, Remembered>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: ({ sealed }) => sealed.length,
  });

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly sealer: Sealer,
  ) {}

  remember(caller: string | undefined, callKey: string, thought: Thought): void {
    const now = this.clock.now();
    const whole = { ...thought, details: thought.details ?? [] };
    const sealed = this.sealer.seal('reasoning', encodeThought(whole));
    this.thoughts.set(this.keyOf(caller, callKey), { sealed, until: now + LIFETIME_MS });
    for (const oldest of this.thoughts.rkeys()) {
      if ((this.thoughts.peek(oldest)?.until ?? 0) > now) break;
      this.thoughts.delete(oldest);
    }
  }

  recall(caller: string | undefined, callKey: string): Thought | undefined {
    const found = this.thoughts.peek(this.keyOf(caller, callKey));
    if (found === undefined || found.until <= this.clock.now()) return undefined;
    const opened = this.sealer.open('reasoning', found.sealed);
    return opened === undefined ? undefined : decodeThought(opened);
  }

  /** Gives the thoughts of this process, and of the others those that are stored. */
  async recallAll(
    { identity, findThoughts }: Pick<ResponseCall, 'identity' | 'findThoughts'>,
    callKeys: readonly string[],
  ): Promise<ReadonlyMap<string, Thought>> {
    const own = new Map<string, Thought>();
    for (const callKey of callKeys) {
      const thought = this.recall(identity, callKey);
      if (thought !== undefined) own.set(callKey, thought);
    }
    const missing = callKeys.filter((callKey) => !own.has(callKey));
    if (missing.length === 0 || findThoughts === undefined) return own;
    return new Map([...own, ...(await findThoughts(missing))]);
  }

  /** Remembers before the terminal event is told, since the client's next request may follow at once. */
  rememberAtEnd(
    { identity }: Pick<ResponseCall, 'identity'>,
    translation: Pick<Translation, 'stream' | 'thoughts'>,
  ): () => void {
    let isDone = false;
    return () => {
      if (isDone || translation.stream.response === undefined) return;
      isDone = true;
      for (const [key, thought] of translation.thoughts()) this.remember(identity, key, thought);
    };
  }

  private keyOf(caller: string | undefined, callKey: string): string {
    return createHmac('sha256', this.secret)
      .update(JSON.stringify([caller ?? null, callKey]))
      .digest('base64');
  }
}
