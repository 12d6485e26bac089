import type { ResponseEvent } from '../contracts/responses/events.js';

/** Says what happened to a response: more events, or its end (also by deletion). */
export type RunChange = 'events' | 'over';

export interface RunReference {
  owner: string;
  id: string;
}

export interface EventBatch {
  events: ResponseEvent[];
  /** Tells that the response was over when this was read, and `events` reaches the end of the log. */
  over: boolean;
}

/**
 * Keeps the running of responses: the event log of those in the background, and the leases by which a lost process is noticed. An
 * event's `sequence_number` is its place in the log, whoever wrote it.
 */
export interface RunStore {
  /**
   * Appends at place `first`. A batch that is there already (a repeat after a lost reply) is taken as written. `over` means that
   * the response is over and nothing was written, so the caller stops. An empty batch only asks.
   */
  append(
    owner: string,
    id: string,
    first: number,
    events: readonly ResponseEvent[],
  ): Promise<'written' | 'over'>;
  /** Reads events from place `from` on, a page of at most about 64 KB of them. Gives undefined when there is no such response. */
  read(owner: string, id: string, from: number): Promise<EventBatch | undefined>;
  /**
   * Calls back on changes by any process, until the returned function is called. Notices may be repeated, and a broken
   * connection may lose some: who must not miss the end asks now and then.
   */
  watch(owner: string, id: string, notice: (change: RunChange) => void): Promise<() => void>;
  /** Says that this process lives for so many milliseconds more. Gives false when it had no lease, or none any more. */
  renewLease(replica: string, forMs: number): Promise<boolean>;
  /** Gives the lease back at a clean stop. */
  endLease(replica: string): Promise<void>;
  /** Lists responses, at most a hundred, that are not over and whose process has no lease any more. */
  orphans(): Promise<RunReference[]>;
}
