import { backendStreamBroken, emptyAnswer } from '../../../common/error-table.js';
import { asRecord, nonEmptyText } from '../../../common/json.js';
import { DONE_CHUNK, TextChunk, type ChatChunk } from '../../../contracts/chat/chunk.js';
import type { IncompleteReason } from '../../../contracts/responses/response.js';
import { readSources } from './chunk/convert-annotations.js';
import { convertUsage } from './chunk/convert-usage.js';
import { ChunkWriter } from './chunk/chunk-writer.js';
import { mapFinishReason, type Finish } from './chunk/map-finish-reason.js';
import { OtherChoices } from './chunk/other-choices.js';
import { readChoice } from './chunk/read-chunk.js';
import { EventReader } from './events/event-reader.js';
import type { OutputWriter } from './output/output-writer.js';
import type { ResponseUsage } from './response-usage.js';
import type { AnswerOptions } from './sequence/stream-options.js';

/** How an answer ended, when it did not fail. `reason` says what cut it. */
export interface AnswerEnding {
  /** It was empty, and the same request is to be sent once more. */
  isAskedAgain: boolean;
  reason: IncompleteReason | undefined;
}

/** Reads the chunks of one answer of the backend: its content goes to the output, and it keeps how the answer ended. */
export class AnswerReader {
  private finish: Finish | undefined;
  private readonly otherChoices: OtherChoices;
  private readonly chunks: ChunkWriter;
  /** Reads the answer of a backend that speaks Responses. */
  private readonly events: EventReader | undefined;
  private hasAskedAgain = false;
  /** The backend said `[DONE]`. */
  private isMarkedWhole = false;
  serviceTier: string | undefined;

  constructor(
    readonly output: OutputWriter,
    private readonly usage: ResponseUsage,
    private readonly options: AnswerOptions,
  ) {
    this.otherChoices = new OtherChoices(options.warnings);
    this.chunks = new ChunkWriter(output, options);
    this.events =
      options.dialect.api === 'responses' ? new EventReader(output, options.warnings) : undefined;
  }

  /** The backend has said how the answer ended; only usage may still come. */
  get isOver(): boolean {
    return this.finish !== undefined;
  }

  push(chunks: readonly ChatChunk[]): void {
    for (const chunk of chunks) {
      if (chunk === DONE_CHUNK) this.isMarkedWhole = true;
      else if (this.events !== undefined) this.readEvent(this.events, chunk);
      else if (chunk instanceof TextChunk) this.output.addText(chunk.text);
      else this.readChunk(chunk);
    }
  }

  private readEvent(events: EventReader, event: ChatChunk): void {
    const ending = events.read(event);
    if (ending === undefined) return;
    this.usage.note(convertUsage({ usage: ending.usage }, undefined));
    this.serviceTier = nonEmptyText(ending.serviceTier) ?? this.serviceTier;
    this.finish ??= ending.finish;
  }

  /** Ends the output, too. @throws ApiError 502 when the stream broke, or the backend gave the answer up. */
  end(): AnswerEnding {
    const finish = this.finish ?? this.unsaidFinish();
    if (finish === undefined) {
      throw backendStreamBroken('The backend ended its stream without a finish reason.');
    }
    if (finish.status === 'failed') {
      throw backendStreamBroken(`The backend gave the request up (${finish.reason}).`);
    }
    const { output } = this;
    if (finish.status === 'completed' && output.settleEmpty() && this.asksAgain()) {
      return { isAskedAgain: true, reason: undefined };
    }
    output.close(finish.status === 'incomplete');
    const cut = output.hasCutCall ? 'max_output_tokens' : undefined;
    return { isAskedAgain: false, reason: finish.status === 'incomplete' ? finish.reason : cut };
  }

  /** An answer of nothing but reasoning stops agents in the middle of their work. */
  private asksAgain(): boolean {
    const { dialect, warnings } = this.options;
    const again = dialect.emptyTurn === 'retry' && !this.hasAskedAgain;
    const what = again ? ' It was asked for again.' : '';
    warnings.add('empty_turn', null, `The model answered with neither text nor a call.${what}`);
    if (dialect.emptyTurn === 'fail') throw emptyAnswer();
    if (!again) return false;
    this.hasAskedAgain = true;
    // The reasoning of the first answer stays.
    this.output.restart();
    this.usage.restart();
    this.finish = undefined;
    return true;
  }

  /** Some gateways never name a finish reason; their `[DONE]` says that the answer is whole. */
  private unsaidFinish(): Finish | undefined {
    if (!this.isMarkedWhole || !this.output.hasBegun) return undefined;
    const message = 'The backend named no finish reason; its [DONE] was taken for one.';
    this.options.warnings.add('stream_repaired', null, message);
    return mapFinishReason('stop');
  }

  private readChunk(chunk: ChatChunk): void {
    const content = readChoice(chunk, this.output.hasBegun);
    this.usage.note(convertUsage(chunk, content?.choice));
    this.serviceTier = nonEmptyText(chunk.service_tier) ?? this.serviceTier;
    const sources = readSources(chunk);
    if (sources !== undefined) this.output.noteSources(sources);
    this.otherChoices.look(chunk);
    if (content === undefined) return;
    if (asRecord(content.choice.error) !== undefined) {
      throw backendStreamBroken('The backend reported an error in the middle of its answer.');
    }
    this.chunks.push(content);
    // Some backends send a second finish chunk: the first reason wins.
    if (content.finishReason !== undefined && this.finish === undefined) {
      this.finish = mapFinishReason(content.finishReason);
      if (this.finish?.status === 'completed' && !this.finish.known) {
        const word = content.finishReason.slice(0, 100);
        const message = `Unknown finish reason '${word}' was read as 'stop'.`;
        this.options.warnings.add('stream_repaired', null, message);
      }
    }
  }
}
