import type { Observable } from 'rxjs';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { ChatRequest } from '../../contracts/chat/request.js';

export const CHAT_BACKEND = Symbol('CHAT_BACKEND');

/** Lets the consumer of a stream hold its producer back. Calls before the producer has attached are kept. */
export class FlowControl {
  private producer: { pause(): void; resume(): void } | undefined;
  private paused = false;

  attach(producer: { pause(): void; resume(): void }): void {
    this.producer = producer;
    if (this.paused) producer.pause();
  }

  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.producer?.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.producer?.resume();
  }
}

/** For whom a backend is called. The key is forwarded, never kept. */
export interface Caller {
  /** Tells callers apart; no key, nor made of one in a way that could be undone. */
  id: string;
  apiKey: string | undefined;
  /** The client's headers that may travel, names in lower case. */
  headers: Readonly<Record<string, string>>;
}

/** What travels beside one backend call. */
export interface BackendCallContext extends Caller {
  requestId: string;
  flow: FlowControl;
  /** Told the backend's status once, as soon as it is known; for the log line. */
  onStatus?: (status: number) => void;
}

/**
 * A Chat Completions backend. `stream` is cold: subscribing makes one call, unsubscribing aborts it at once.
 * Each emission holds all chunks of one network read, so that their events leave in one write.
 * Errors are ApiError: before the first emission with the backend's status, after it as a broken stream.
 * The observable completes on `[DONE]` or the end of the body; whether the answer is whole is the translator's to judge.
 */
export interface ChatBackend {
  stream(request: ChatRequest, context: BackendCallContext): Observable<ChatChunk[]>;
}
