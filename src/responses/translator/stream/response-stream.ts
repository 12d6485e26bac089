import { ApiError } from '../../../common/api-error.js';
import { backendStreamBroken, internalError } from '../../../common/error-table.js';
import type { IdGenerator } from '../../../common/id-generator.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { ResponseEvent, TerminalEventType } from '../../../contracts/responses/events.js';
import type { ResponseResource, Usage } from '../../../contracts/responses/response.js';
import type { BackendDialect } from '../dialect.js';
import { convertUsage } from './convert-usage.js';
import { EventSequence } from './event-sequence.js';
import { mapFinishReason, type Finish } from './map-finish-reason.js';
import { OutputWriter, type OutputWriterContext } from './output-writer.js';
import { readChoice } from './read-chunk.js';
import { asArray, asText } from './read-values.js';

export interface ResponseStreamContext extends Omit<OutputWriterContext, 'sequence'> {
  /** The Response at its beginning. */
  snapshot: ResponseResource;
  dialect: BackendDialect;
  ids: IdGenerator;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * Turns the chunks of one chat answer into the events of one response: start, push*, then end or fail.
 * Emits exactly one terminal event; after it everything is ignored.
 */
export class ResponseStream {
  private readonly sequence = new EventSequence();
  private readonly output: OutputWriter;
  private finish: Finish | undefined;
  private usage: Usage | null = null;
  private serviceTier: string;
  private hasOtherChoices = false;
  private terminal: ResponseResource | undefined;
  private error: ApiError | undefined;

  constructor(private readonly context: ResponseStreamContext) {
    this.output = new OutputWriter({ ...context, sequence: this.sequence });
    this.serviceTier = context.snapshot.service_tier;
  }

  /** The final Response, once there is one. */
  get response(): ResponseResource | undefined {
    return this.terminal;
  }

  /** Why the response failed, with the HTTP status that a client without a stream gets. */
  get failure(): ApiError | undefined {
    return this.error;
  }

  /** The backend has said how the answer ended; only usage may still come. */
  get answered(): boolean {
    return this.finish !== undefined;
  }

  start(): ResponseEvent[] {
    const response = this.context.snapshot;
    this.sequence.emit({ type: 'response.created', response });
    this.sequence.emit({ type: 'response.in_progress', response });
    return this.sequence.take();
  }

  /** Repeats `response.in_progress`: comments do not reset Codex's idle timer (pain point 9). */
  heartbeat(): ResponseEvent[] {
    if (this.terminal !== undefined) return [];
    this.sequence.emit({ type: 'response.in_progress', response: this.context.snapshot });
    return this.sequence.take();
  }

  push(chunks: readonly ChatChunk[]): ResponseEvent[] {
    if (this.terminal !== undefined) return [];
    return this.guard(() => {
      for (const chunk of chunks) this.readChunk(chunk);
    });
  }

  /** The backend's stream ended by itself. Without a finish reason that is a failure, never a completed response. */
  end(): ResponseEvent[] {
    if (this.terminal !== undefined) return [];
    return this.guard(() => {
      const finish = this.finish;
      if (finish === undefined) {
        throw backendStreamBroken('The backend ended its stream without a finish reason.');
      }
      if (finish.status === 'failed') {
        throw backendStreamBroken(`The backend gave the request up (${finish.reason}).`);
      }
      const output = this.output.close(finish.status === 'incomplete');
      this.complete({
        status: finish.status,
        output,
        completed_at: finish.status === 'completed' ? this.seconds() : null,
        incomplete_details: finish.status === 'incomplete' ? { reason: finish.reason } : null,
      });
    });
  }

  /** The stream broke. Open calls are abandoned: a client must never run a call that may be cut. */
  fail(error: ApiError): ResponseEvent[] {
    if (this.terminal !== undefined) return [];
    this.error = error;
    const output = this.output.abandon();
    const code = error.code ?? 'server_error';
    this.complete({ status: 'failed', output, error: { code, message: error.message } });
    return this.sequence.take();
  }

  private readChunk(chunk: ChatChunk): void {
    const content = readChoice(chunk);
    this.usage = convertUsage(chunk, content?.choice) ?? this.usage;
    this.serviceTier = asText(chunk.service_tier) ?? this.serviceTier;
    this.warnOfOtherChoices(chunk);
    if (content === undefined) return;
    this.output.push(content);
    // Some backends send a second finish chunk: the first reason wins (pain point 19).
    if (content.finishReason !== undefined && this.finish === undefined) {
      this.finish = mapFinishReason(content.finishReason);
      if (this.finish.status === 'completed' && !this.finish.known) {
        const message = `Unknown finish reason '${content.finishReason}' was read as 'stop'.`;
        this.context.warnings.add('stream_repaired', null, message);
      }
    }
  }

  /** Once per answer: `n` was never asked for. */
  private warnOfOtherChoices({ choices }: ChatChunk): void {
    if (this.hasOtherChoices || asArray(choices).length < 2) return;
    this.hasOtherChoices = true;
    const message = 'The backend sent several choices; the first was taken.';
    this.context.warnings.add('choice_ignored', null, message);
  }

  /** An answer that cannot be carried on fails the response, whatever was sent before. */
  private guard(step: () => void): ResponseEvent[] {
    try {
      step();
    } catch (error) {
      return [...this.sequence.take(), ...this.fail(toApiError(error))];
    }
    return this.sequence.take();
  }

  private complete(
    changes: Partial<ResponseResource> & { status: ResponseResource['status'] },
  ): void {
    const response: ResponseResource = {
      ...this.context.snapshot,
      ...changes,
      usage: this.usage,
      service_tier: this.serviceTier,
    };
    this.terminal = response;
    this.sequence.emit({ type: terminalType(changes.status), response });
  }

  private seconds(): number {
    return Math.floor(this.context.now() / 1000);
  }
}

function terminalType(status: ResponseResource['status']): TerminalEventType {
  switch (status) {
    case 'incomplete':
      return 'response.incomplete';
    case 'failed':
      return 'response.failed';
    default:
      return 'response.completed';
  }
}

function toApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : internalError(error);
}
