import type { Subscriber } from 'rxjs';
import { DONE_CHUNK, type ChatChunk } from '../../../contracts/chat/chunk.js';
import type { BackendListener } from './backend-exchange.js';
import type { ByteReplacer } from './byte-replacer.js';
import type { ChunkFilter } from './delta-eraser.js';
import type { BackendHeaders } from '../errors/error-shape.js';
import type { ApiError } from '../../../common/api-error.js';
import { classifyBackendError } from '../errors/classify-backend-error.js';
import type { StreamForm } from './stream-form.js';
import { SseDecoder } from './sse-decoder.js';

const maxErrorBytes = 64 * 1024;

export interface ReaderOptions {
  maxLineBytes: number;
  /** The backend may quote the keys that the call carried in an error. */
  apiKey: readonly string[];
  /** Keeps the operator's key out of the answer itself. */
  eraser?: ByteReplacer | undefined;
  /** Does so where the answer spells it over several chunks. */
  chunkEraser?: ChunkFilter | undefined;
  /** The dialect has them. */
  overflowPatterns?: readonly RegExp[] | undefined;
  /** Makes an answer of an error that holds one. */
  repair?: ((body: unknown) => ChatChunk | undefined) | undefined;
  /** Says what the payloads are where they are no chat chunks. */
  form?: StreamForm | undefined;
  onStatus: ((status: number) => void) | undefined;
  /** Tells that the answer is whole although its body has not ended. */
  release: () => void;
}

/** Reads one answer into a subscriber: chunks of a stream, or the error that stands in its place. */
export class ChatStreamReader implements BackendListener {
  private readonly decoder: SseDecoder;
  private status = 0;
  private headers: BackendHeaders = {};
  private readonly errorParts: Buffer[] = [];
  private errorBytes = 0;

  constructor(
    private readonly subscriber: Subscriber<ChatChunk[]>,
    private readonly options: ReaderOptions,
  ) {
    this.decoder = new SseDecoder(
      options.maxLineBytes,
      (body) => this.classify(undefined, body),
      options.repair,
      undefined,
      options.form,
    );
  }

  onStart(status: number, headers: BackendHeaders): void {
    this.status = status;
    this.headers = headers;
    this.options.onStatus?.(status);
  }

  onData(chunk: Buffer): void {
    this.read(this.options.eraser?.push(chunk) ?? chunk);
  }

  onEnd(): void {
    const held = this.options.eraser?.end();
    if (held !== undefined && held.length > 0) this.read(held);
    if (this.subscriber.closed) return;
    if (this.isRefusal()) {
      this.refuse();
      return;
    }
    this.emit(this.decoder.end());
    const rest = this.options.chunkEraser?.end() ?? [];
    if (rest.length > 0) this.subscriber.next(rest);
    this.subscriber.complete();
  }

  onError(error: ApiError): void {
    // A refusal whose body broke off is still a refusal.
    if (this.isRefusal()) this.refuse();
    else this.subscriber.error(error);
  }

  private read(bytes: Buffer): void {
    if (this.isRefusal()) this.keepErrorBytes(bytes);
    else this.emit(this.decoder.push(bytes));
  }

  private emit(chunks: ChatChunk[]): void {
    if (this.decoder.done && this.decoder.failure === undefined) chunks.push(DONE_CHUNK);
    const { chunkEraser } = this.options;
    const shown = chunkEraser?.pushAll(chunks) ?? chunks;
    if (shown.length > 0) this.subscriber.next(shown);
    if (this.decoder.failure !== undefined) {
      this.subscriber.error(this.decoder.failure);
    } else if (this.decoder.done) {
      this.options.release();
      this.subscriber.complete();
    }
  }

  private isRefusal(): boolean {
    return this.status >= 300;
  }

  private keepErrorBytes(chunk: Buffer): void {
    this.errorParts.push(chunk.subarray(0, maxErrorBytes - this.errorBytes));
    this.errorBytes += chunk.length;
    if (this.errorBytes >= maxErrorBytes) this.refuse();
  }

  private refuse(): void {
    const body = parseOrText(Buffer.concat(this.errorParts).toString('utf8'));
    const repaired = this.options.repair?.(body);
    if (repaired === undefined) {
      this.subscriber.error(this.classify(this.status, body));
      return;
    }
    this.subscriber.next([repaired]);
    this.subscriber.complete();
  }

  private classify(status: number | undefined, body: unknown): ApiError {
    const { headers } = this;
    const { apiKey, overflowPatterns } = this.options;
    const nowMs = Date.now();
    return classifyBackendError({ status, body, headers, apiKey, overflowPatterns, nowMs });
  }
}

function parseOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
