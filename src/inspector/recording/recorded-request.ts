import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { InputItem } from '../../contracts/responses/items.js';
import type { RequestOutcome } from '../../logging/request-outcome.js';
import type { SentRequest } from '../../logging/request-observer.port.js';
import { roughBytes } from './rough-bytes.js';

/** What arrived or left together, so many milliseconds after the request was first seen. */
export interface Timed<Part> {
  at: number;
  parts: readonly Part[];
}

export interface RecordedCall {
  at: number;
  sent: SentRequest;
}

/** Holds what was seen of one request, up to a number of bytes. What does not fit is left out, and that is noted. */
export class RecordedRequest {
  readonly startedAt = performance.now();
  body: unknown;
  history: readonly InputItem[] = [];
  readonly calls: RecordedCall[] = [];
  readonly chunks: Timed<ChatChunk>[] = [];
  readonly events: Timed<ResponseEvent>[] = [];
  /** It is the `request_completed` line, once the request is over. */
  line: Readonly<Record<string, unknown>> | undefined;
  endedAt: number | undefined;
  isCut = false;
  bytes = 0;
  /** Names the conversation, by a keyed hash. */
  conversation: string | undefined;

  /** @param seenAt is the time of the clock, in milliseconds. */
  constructor(
    readonly id: string,
    readonly outcome: RequestOutcome,
    readonly seenAt: number,
    private readonly mostBytes: number,
  ) {}

  /** Milliseconds since the request was first seen. */
  get age(): number {
    return performance.now() - this.startedAt;
  }

  hold(body: unknown, history: readonly InputItem[]): void {
    const bytes = roughBytes(body) + roughBytes(history);
    if (!this.hasRoom(bytes)) return;
    this.body = body;
    this.history = history;
  }

  addCall(sent: SentRequest): void {
    this.conversation ??= this.outcome.session?.key;
    if (this.hasRoom(roughBytes(sent.request))) this.calls.push({ at: this.age, sent });
  }

  addChunks(parts: readonly ChatChunk[]): void {
    if (this.hasRoom(sizeOf(parts))) this.chunks.push({ at: this.age, parts });
  }

  addEvents(parts: readonly ResponseEvent[]): void {
    if (this.hasRoom(sizeOf(parts))) this.events.push({ at: this.age, parts });
  }

  end(line: Readonly<Record<string, unknown>>): void {
    this.line = line;
    this.endedAt = this.age;
  }

  private hasRoom(bytes: number): boolean {
    const fits = this.bytes + bytes <= this.mostBytes;
    if (fits) this.bytes += bytes;
    else this.isCut = true;
    return fits;
  }
}

function sizeOf(parts: readonly unknown[]): number {
  return parts.reduce<number>((sum, part) => sum + roughBytes(part), 0);
}
