import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../../common/clock.js';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { InputItem } from '../../contracts/responses/items.js';
import type { CreateResponseBody } from '../../contracts/responses/request.js';
import type { RequestObserver, SentRequest } from '../../logging/request-observer.port.js';
import type { RequestOutcome } from '../../logging/request-outcome.js';
import { withoutToolHeaders } from '../../logging/without-tool-headers.js';
import { RecordedRequest } from './recorded-request.js';

export const MOST_REQUESTS = 200;
/** All of them together, and one of them alone, may take so much. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_BYTES_OF_ONE = 8 * 1024 * 1024;

/** Keeps the newest requests in memory, and tells who watches of every change. The oldest goes first. */
@Injectable()
export class RequestRing implements RequestObserver {
  private readonly requests = new Map<string, RecordedRequest>();
  private readonly byOutcome = new WeakMap<RequestOutcome, RecordedRequest>();
  private readonly watchers = new Set<(request: RecordedRequest) => void>();
  private bytes = 0;
  private count = 0;

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** Gives them oldest first. */
  list(): readonly RecordedRequest[] {
    return [...this.requests.values()];
  }

  get(id: string): RecordedRequest | undefined {
    return this.requests.get(id);
  }

  /** @returns what ends the watch. */
  watch(tell: (request: RecordedRequest) => void): () => void {
    this.watchers.add(tell);
    return () => this.watchers.delete(tell);
  }

  began(outcome: RequestOutcome, body: unknown, history: readonly InputItem[]): void {
    this.change(this.open(outcome), (request) => {
      request.hold(withoutToolHeaders(body), history);
    });
  }

  read(outcome: RequestOutcome, read: CreateResponseBody): void {
    const request = this.byOutcome.get(outcome);
    // What it brought is counted already; templates and hooks add little.
    if (request?.body !== undefined) request.body = withoutToolHeaders(read);
    if (request !== undefined) this.tell(request);
  }

  sent(outcome: RequestOutcome, sent: SentRequest): void {
    this.change(this.byOutcome.get(outcome), (request) => {
      request.addCall(sent);
    });
  }

  chunks(outcome: RequestOutcome, chunks: readonly ChatChunk[]): void {
    this.grow(outcome, (request) => {
      request.addChunks(chunks);
    });
  }

  events(outcome: RequestOutcome, events: readonly ResponseEvent[]): void {
    this.grow(outcome, (request) => {
      request.addEvents(events);
    });
  }

  ended(outcome: RequestOutcome, line: Readonly<Record<string, unknown>>): void {
    const known = this.byOutcome.get(outcome);
    const isCall = line.method === 'POST' && String(line.path).startsWith('/v1/');
    if (known === undefined && !isCall) return;
    this.change(known ?? this.open(outcome), (request) => {
      request.end(line);
    });
  }

  private open(outcome: RequestOutcome): RecordedRequest {
    const id = String(++this.count);
    const request = new RecordedRequest(id, outcome, this.clock.now(), MOST_BYTES_OF_ONE);
    this.requests.set(id, request);
    this.byOutcome.set(outcome, request);
    return request;
  }

  private change(
    request: RecordedRequest | undefined,
    act: (request: RecordedRequest) => void,
  ): void {
    if (request === undefined) return;
    this.account(request, act);
    this.tell(request);
  }

  private grow(outcome: RequestOutcome, act: (request: RecordedRequest) => void): void {
    const request = this.byOutcome.get(outcome);
    if (request !== undefined) this.account(request, act);
  }

  private account(request: RecordedRequest, act: (request: RecordedRequest) => void): void {
    const before = request.bytes;
    act(request);
    this.bytes += request.bytes - before;
    this.makeRoom();
  }

  private makeRoom(): void {
    while (this.requests.size > MOST_REQUESTS || this.bytes > MOST_BYTES) {
      const [first] = this.requests;
      if (first === undefined) return;
      const [id, oldest] = first;
      this.requests.delete(id);
      this.byOutcome.delete(oldest.outcome);
      this.bytes -= oldest.bytes;
    }
  }

  private tell(request: RecordedRequest): void {
    for (const tell of this.watchers) tell(request);
  }
}
