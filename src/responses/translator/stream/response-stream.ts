import type { ApiError } from '../../../common/api-error.js';
import { asApiError } from '../../../common/error-table.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { CompactionItem, OutputItem } from '../../../contracts/responses/items.js';
import type {
  IncompleteReason,
  ResponseResource,
  Usage,
} from '../../../contracts/responses/response.js';
import type { Thought } from '../thought.js';
import { AnswerReader } from './answer-reader.js';
import { isHosted } from './calls/streamed-call.js';
import { EventSequence } from './sequence/event-sequence.js';
import { failureCode } from './failure-code.js';
import { HostedItems, type HostedCall } from './hosted-items.js';
import { OutputBudget } from './sequence/output-budget.js';
import { OutputItems } from './sequence/output-items.js';
import { OutputWriter } from './output/output-writer.js';
import { ResponseUsage } from './response-usage.js';
import type { AnswerOptions, ResponseStreamOptions } from './sequence/stream-options.js';
import { terminalEventType } from './terminal-event-type.js';

/**
 * Turns the chunks of a chat answer into the events of one response: start, push*, then end or fail. Where the answer calls
 * tools that are run here, `end` leaves the response open: their items are written with `write`, and `goOn` begins the next
 * answer. Emits exactly one terminal event; after it everything is ignored.
 */
export class ResponseStream {
  readonly sequence: EventSequence;
  private readonly items = new OutputItems();
  private readonly budget: OutputBudget;
  private readonly usage: ResponseUsage;
  private readonly hosted: HostedItems;
  private readonly thoughtsBefore = new Map<string, Thought>();
  private answer: AnswerReader;
  private answerOptions: AnswerOptions;
  private readonly compactions: CompactionItem[] = [];
  private waiting: readonly HostedCall[] = [];
  private terminal: ResponseResource | undefined;
  private error: ApiError | undefined;

  constructor(private readonly options: ResponseStreamOptions) {
    this.sequence = options.sequence ?? new EventSequence();
    this.budget = new OutputBudget(options.maxOutputCharacters);
    this.usage = new ResponseUsage(options.warnings);
    this.hosted = new HostedItems(this.sequence, this.items);
    this.answerOptions = options;
    this.answer = this.newAnswer(options);
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
    return this.answer.isOver;
  }

  /** Tells that something of the present answer has come. */
  get hasBegun(): boolean {
    return this.answer.output.hasBegun;
  }

  /** Counts the characters that are kept until the end. */
  get weight(): number {
    return this.budget.kept;
  }

  /** What the calls were thought of, by call id; known once the answer has ended. */
  get thoughts(): ReadonlyMap<string, Thought> {
    return new Map([...this.thoughtsBefore, ...this.answer.output.thoughts]);
  }

  /** Calls of the answer that is over which are run here: the response goes on when they are settled. */
  get hostedCalls(): readonly HostedCall[] {
    return this.waiting;
  }

  /** The answer has calls for the client, too, so that the response ends behind those that are run here. */
  get awaitsClient(): boolean {
    return this.answer.output.awaitsClient;
  }

  /** Counts the tokens of output that the answers so far have cost. */
  get spentTokens(): number {
    return this.usage.ofAnswers?.output_tokens ?? 0;
  }

  /** Gives the items that are done. */
  get done(): readonly OutputItem[] {
    return this.items.done;
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
    this.usage.addCompaction(usage);
  }

  push(chunks: readonly ChatChunk[]): ResponseEvent[] {
    return this.guard(() => {
      for (const item of this.compactions.splice(0)) this.answer.output.texts.addCompaction(item);
      this.answer.push(chunks);
    });
  }

  /**
   * The backend's stream ended by itself. Without a finish reason or `[DONE]` that is a failure, never a completed response.
   * Without a terminal event there are `hostedCalls` to run, or the answer was empty and is wanted once more.
   */
  end(): ResponseEvent[] {
    return this.guard(() => {
      const { isAskedAgain, reason } = this.answer.end();
      if (isAskedAgain) return;
      const { calls } = this.answer.output;
      this.usage.endAnswer(this.answerOptions.estimateInputTokens, this.budget.characters);
      this.waiting = calls.all.filter(isHosted).map((call) => this.hosted.keepCall(call));
      if (this.waiting.length === 0) this.conclude(reason);
    });
  }

  /** Tells what a tool that is run here writes: its own items, and how its calls get on. */
  write(step: (items: HostedItems) => void): ResponseEvent[] {
    return this.guard(() => {
      step(this.hosted);
    });
  }

  /** What a tool brought counts as the text of an answer does. @throws ApiError when the response is longer than one may be. */
  weigh(characters: number): void {
    this.budget.weigh(characters);
  }

  /** The calls are settled, and the backend is asked once more. */
  goOn(options: AnswerOptions): void {
    for (const [id, thought] of this.answer.output.thoughts) this.thoughtsBefore.set(id, thought);
    this.waiting = [];
    this.answerOptions = options;
    this.answer = this.newAnswer(options);
  }

  /** The calls are settled, and the response ends all the same: the client has calls to answer, or a limit is reached. */
  finish(reason?: IncompleteReason): ResponseEvent[] {
    return this.guard(() => {
      this.conclude(reason);
    });
  }

  /** Fails the response, as the stream broke. Open calls are abandoned: a client must never run a call that may be cut. */
  fail(error: ApiError): ResponseEvent[] {
    if (this.terminal !== undefined) return [];
    this.error = error;
    this.answer.output.abandon();
    this.hosted.abandon();
    const { message } = error;
    this.complete({ status: 'failed', error: { code: failureCode(error), message } });
    return this.sequence.take();
  }

  private newAnswer(options: AnswerOptions): AnswerReader {
    const output = new OutputWriter(this.sequence, options, this.items, this.budget);
    return new AnswerReader(output, this.usage, options);
  }

  private conclude(reason: IncompleteReason | undefined): void {
    this.hosted.abandon();
    this.complete({
      status: reason === undefined ? 'completed' : 'incomplete',
      completed_at: reason === undefined ? Math.floor(this.options.now() / 1000) : null,
      incomplete_details: reason === undefined ? null : { reason },
    });
  }

  /** An answer that cannot be carried on fails the response, whatever was sent before. */
  private guard(step: () => void): ResponseEvent[] {
    if (this.terminal !== undefined) return [];
    try {
      step();
    } catch (error) {
      return [...this.sequence.take(), ...this.fail(asApiError(error))];
    }
    return this.sequence.take();
  }

  private complete(
    changes: Partial<ResponseResource> & { status: ResponseResource['status'] },
  ): void {
    this.terminal = {
      ...this.options.snapshot,
      ...changes,
      output: this.items.done,
      usage: this.usage.total,
      service_tier: this.answer.serviceTier ?? this.options.snapshot.service_tier,
    };
    this.sequence.emit({ type: terminalEventType(changes.status), response: this.terminal });
  }
}
