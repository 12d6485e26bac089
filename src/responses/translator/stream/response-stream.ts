import type { ApiError } from '../../../common/api-error.js';
import { backendStreamBroken, emptyAnswer, asApiError } from '../../../common/error-table.js';
import { DONE_CHUNK, type ChatChunk } from '../../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { CompactionItem } from '../../../contracts/responses/items.js';
import type { ResponseResource, Usage } from '../../../contracts/responses/response.js';
import { addUsage, convertUsage } from './chunk/convert-usage.js';
import { estimateUsage } from './chunk/estimate-usage.js';
import { readSources } from './chunk/convert-annotations.js';
import { EventSequence } from './event-sequence.js';
import { failureCode } from './failure-code.js';
import { mapFinishReason, type Finish } from './chunk/map-finish-reason.js';
import { OutputWriter } from './output-writer.js';
import type { ResponseStreamOptions } from './stream-options.js';
import { OtherChoices } from './chunk/other-choices.js';
import { readChoice } from './chunk/read-chunk.js';
import { asRecord, nonEmptyText } from '../../../common/json.js';
import type { Thought } from '../thought.js';
import { terminalEventType } from './terminal-event-type.js';

/**
 * Turns the chunks of one chat answer into the events of one response: start, push*, then end or fail.
 * Emits exactly one terminal event; after it everything is ignored.
 */
export class ResponseStream {
  private readonly sequence = new EventSequence();
  private readonly output: OutputWriter;
  private finish: Finish | undefined;
  private usage: Usage | null = null;
  /** Keeps the usage of an empty answer that was asked for again; undefined when none was. */
  private usageBefore: Usage | null | undefined;
  private serviceTier: string;
  private readonly otherChoices: OtherChoices;
  private compactions: CompactionItem[] = [];
  private usageOfCompactions: Usage | null = null;
  /** The backend said `[DONE]`. */
  private isMarkedWhole = false;
  private terminal: ResponseResource | undefined;
  private error: ApiError | undefined;

  constructor(private readonly options: ResponseStreamOptions) {
    this.output = new OutputWriter(this.sequence, options);
    this.otherChoices = new OtherChoices(options.warnings);
    this.serviceTier = options.snapshot.service_tier;
  }

  /** Gives the final Response, once there is one. */
  get response(): ResponseResource | undefined {
    return this.terminal;
  }

  /** Says why the response failed, with the HTTP status that a client without a stream gets. */
  get failure(): ApiError | undefined {
    return this.error;
  }

  /** Tells that the backend has said how the answer ended, so only usage may still come. */
  get answered(): boolean {
    return this.finish !== undefined;
  }

  /** Counts the characters that are kept until the end. */
  get weight(): number {
    return this.output.budget.kept;
  }

  /** Says what the calls were thought of, by call id; it is known once the response has ended. */
  get thoughts(): ReadonlyMap<string, Thought> {
    return this.output.thoughts;
  }

  start(): ResponseEvent[] {
    const response = this.options.snapshot;
    this.sequence.emit({ type: 'response.created', response });
    this.sequence.emit({ type: 'response.in_progress', response });
    return this.sequence.take();
  }

  /** Repeats `response.in_progress`, since comments do not reset Codex's idle timer. */
  heartbeat(): ResponseEvent[] {
    if (this.terminal !== undefined) return [];
    this.sequence.emit({ type: 'response.in_progress', response: this.options.snapshot });
    return this.sequence.take();
  }

  /** Takes a compaction that was made before the answer. It is told with the next chunks, be they none. */
  insertCompaction(item: CompactionItem, usage: Usage | null): void {
    this.compactions.push(item);
    this.usageOfCompactions = addUsage(this.usageOfCompactions, usage);
  }

  push(chunks: readonly ChatChunk[]): ResponseEvent[] {
    if (this.terminal !== undefined) return [];
    return this.guard(() => {
      for (const item of this.compactions.splice(0)) this.output.texts.addCompaction(item);
      for (const chunk of chunks) {
        if (chunk === DONE_CHUNK) this.isMarkedWhole = true;
        else this.readChunk(chunk);
      }
    });
  }

  /**
   * Ends the response when the backend's stream ended by itself. Without a finish reason or `[DONE]` that is a failure, never a
   * completed response. Without a terminal event the answer was empty and the dialect wants the same request sent once more.
   */
  end(): ResponseEvent[] {
    if (this.terminal !== undefined) return [];
    return this.guard(() => {
      const finish = this.finish ?? this.unsaidFinish();
      if (finish === undefined) {
        throw backendStreamBroken('The backend ended its stream without a finish reason.');
      }
      if (finish.status === 'failed') {
        throw backendStreamBroken(`The backend gave the request up (${finish.reason}).`);
      }
      if (finish.status === 'completed' && this.output.settleEmpty() && this.asksAgain()) return;
      const output = this.output.close(finish.status === 'incomplete');
      const ending: Exclude<Finish, { status: 'failed' }> =
        finish.status === 'completed' && this.output.hasCutCall
          ? { status: 'incomplete', reason: 'max_output_tokens' }
          : finish;
      this.usage = addUsage(this.usageBefore ?? null, this.knownUsage());
      this.complete({
        status: ending.status,
        output,
        completed_at: ending.status === 'completed' ? Math.floor(this.options.now() / 1000) : null,
        incomplete_details: ending.status === 'incomplete' ? { reason: ending.reason } : null,
      });
    });
  }

  /** Some gateways never name a finish reason; their `[DONE]` says that the answer is whole. */
  private unsaidFinish(): Finish | undefined {
    if (!this.isMarkedWhole || !this.output.hasBegun) return undefined;
    const message = 'The backend named no finish reason; its [DONE] was taken for one.';
    this.options.warnings.add('stream_repaired', null, message);
    return mapFinishReason('stop');
  }

  /** Fails the response, as the stream broke. Open calls are abandoned: a client must never run a call that may be cut. */
  fail(error: ApiError): ResponseEvent[] {
    if (this.terminal !== undefined) return [];
    this.error = error;
    const output = this.output.abandon();
    const code = failureCode(error);
    this.complete({ status: 'failed', output, error: { code, message: error.message } });
    return this.sequence.take();
  }

  /** An answer of nothing but reasoning stops agents in the middle of their work. */
  private asksAgain(): boolean {
    const { dialect, warnings } = this.options;
    const again = dialect.emptyTurn === 'retry' && this.usageBefore === undefined;
    const what = again ? ' It was asked for again.' : '';
    warnings.add('empty_turn', null, `The model answered with neither text nor a call.${what}`);
    if (dialect.emptyTurn === 'fail') throw emptyAnswer();
    if (!again) return false;
    this.output.restart();
    this.usageBefore = this.usage;
    this.usage = null;
    this.finish = undefined;
    return true;
  }

  private readChunk(chunk: ChatChunk): void {
    const content = readChoice(chunk, this.output.hasBegun);
    this.usage = convertUsage(chunk, content?.choice) ?? this.usage;
    this.serviceTier = nonEmptyText(chunk.service_tier) ?? this.serviceTier;
    const sources = readSources(chunk);
    if (sources !== undefined) this.output.noteSources(sources);
    this.otherChoices.look(chunk);
    if (content === undefined) return;
    if (asRecord(content.choice.error) !== undefined) {
      throw backendStreamBroken('The backend reported an error in the middle of its answer.');
    }
    this.output.push(content);
    // Some backends send a second finish chunk, so the first reason wins.
    if (content.finishReason !== undefined && this.finish === undefined) {
      this.finish = mapFinishReason(content.finishReason);
      if (this.finish?.status === 'completed' && !this.finish.known) {
        const word = content.finishReason.slice(0, 100);
        const message = `Unknown finish reason '${word}' was read as 'stop'.`;
        this.options.warnings.add('stream_repaired', null, message);
      }
    }
  }

  /** An answer that cannot be carried on fails the response, whatever was sent before. */
  private guard(step: () => void): ResponseEvent[] {
    try {
      step();
    } catch (error) {
      return [...this.sequence.take(), ...this.fail(asApiError(error))];
    }
    return this.sequence.take();
  }

  /** Estimates usage that is missing or all zero: Codex goes by it, and would never compact. */
  private knownUsage(): Usage | null {
    const { estimateInputTokens, warnings } = this.options;
    if (estimateInputTokens === undefined || (this.usage?.total_tokens ?? 0) > 0) return this.usage;
    warnings.add('usage_estimated', null, 'The backend told no usage; it was estimated.');
    return estimateUsage(estimateInputTokens(), this.output.length);
  }

  private complete(
    changes: Partial<ResponseResource> & { status: ResponseResource['status'] },
  ): void {
    const response: ResponseResource = {
      ...this.options.snapshot,
      ...changes,
      usage: addUsage(this.usageOfCompactions, this.usage),
      service_tier: this.serviceTier,
    };
    this.terminal = response;
    this.sequence.emit({ type: terminalEventType(changes.status), response });
  }
}
