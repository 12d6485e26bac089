import type { Observable } from 'rxjs';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { BackendRequest } from '../../contracts/backend-request.js';
import type { ChatRequest } from '../../contracts/chat/request.js';
import type { Backend } from './backend.js';
import type { Caller } from './calls/caller.js';

export const CHAT_BACKEND = Symbol('CHAT_BACKEND');

/** Gives the one that a plugin has, as a list of at most one. */
export const OWN_CHAT_BACKEND = Symbol('OWN_CHAT_BACKEND');

/**
 * Lets the consumers of a stream hold its producer back; it goes on when none does any more. Calls before the producer
 * has attached are kept.
 */
export class FlowControl {
  private producer: { pause(): void; resume(): void } | undefined;
  private readonly holders = new Set<object>();

  attach(producer: { pause(): void; resume(): void }): void {
    this.producer = producer;
    if (this.holders.size > 0) producer.pause();
  }

  pause(by: object = this): void {
    this.holders.add(by);
    if (this.holders.size === 1) this.producer?.pause();
  }

  resume(by: object = this): void {
    if (this.holders.delete(by) && this.holders.size === 0) this.producer?.resume();
  }
}

/** Holds what travels beside one backend call. */
export interface BackendCallContext extends Caller {
  /** This backend is called. */
  backend: Backend;
  requestId: string;
  /** A route with several targets waits until then for the first chunk of this one, in milliseconds of the clock. */
  answerBy?: number | undefined;
  /** A 429 that names a longer wait is not waited for. */
  longestWaitMs?: number | undefined;
  /** Names the conversation, for a backend whose dialect has a `sessionHint`. */
  sessionKey?: string | undefined;
  flow: FlowControl;
  /** Gets the backend's status once, as soon as it is known; the log line wants it. */
  onStatus?: (status: number) => void;
}

/**
 * A Chat Completions backend is called through this. `stream` is cold: subscribing makes one call, unsubscribing aborts it at
 * once. Each emission holds all chunks of one network read, so that their events leave in one write. Errors are ApiError: before
 * the first emission with the backend's status, after it as a broken stream. The observable completes on `[DONE]` or the end of
 * the body; whether the answer is whole is the translator's to judge.
 */
export interface ChatBackend {
  stream(request: ChatRequest, context: BackendCallContext): Observable<ChatChunk[]>;
}

/** A backend in whichever API it has: requests in the other one never get there. The layers stand around this. */
export interface AnyBackend {
  stream(request: BackendRequest, context: BackendCallContext): Observable<ChatChunk[]>;
}
