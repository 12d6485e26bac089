import { asArray, asRecord, nonEmptyText, type JsonRecord } from '../../../../common/json.js';
import type { ChatChunk } from '../../../../contracts/chat/chunk.js';
import { mapFinishReason, type Finish } from '../chunk/map-finish-reason.js';
import type { OutputWriter } from '../output/output-writer.js';
import type { WarningCollector } from '../../warning.js';
import { AnswerItems } from './answer-items.js';
import { eventRules } from './event-rules.js';

/** Says how an answer ended, with what its last event tells beside it. */
export interface EventEnding {
  finish: Finish | undefined;
  usage: unknown;
  serviceTier: unknown;
}

const ENDINGS: Readonly<Record<string, string>> = {
  'response.completed': 'completed',
  'response.done': 'completed',
  'response.incomplete': 'length',
  'response.failed': 'error',
  'response.cancelled': 'cancelled',
};

/** These tell how a tool that the backend knows itself gets on. Source: the types of OpenAI's SDK (November 2026). */
const PROGRESS =
  /^response\.(?:(?:web_search|file_search|code_interpreter|image_generation|mcp|shell)_call(?:_[a-z]{1,40})?|mcp_list_tools)\.[a-z_]{1,40}$/;

/**
 * Reads the events of a backend that speaks Responses: as strictly as they are to be written, and as loosely as they come. What no
 * event told is taken from the finished response.
 */
export class EventReader {
  private readonly items: AnswerItems;
  private readonly unknown = new Set<string>();

  constructor(
    private readonly output: OutputWriter,
    private readonly warnings: WarningCollector,
  ) {
    this.items = new AnswerItems(output);
  }

  /** Reads one event, and says how the answer ended where it is the last one. */
  read(event: ChatChunk): EventEnding | undefined {
    // A backend that does not stream answers with the response itself.
    const type = nonEmptyText(event.type) ?? (event.object === 'response' ? 'response.done' : '');
    const word = Object.hasOwn(ENDINGS, type) ? ENDINGS[type] : undefined;
    if (word !== undefined) return this.end(asRecord(event.response) ?? event, word);
    const rule = Object.hasOwn(eventRules, type) ? eventRules[type] : undefined;
    if (rule !== undefined) rule(this.items, event);
    else this.progress(event, type);
    return undefined;
  }

  private progress(event: JsonRecord, type: string): void {
    const relayed = PROGRESS.test(type) ? this.items.relayed(event) : undefined;
    if (relayed !== undefined) {
      this.output.relayed.tell(relayed, event);
      return;
    }
    if (type === '' || this.unknown.has(type) || this.unknown.size >= 100) return;
    this.unknown.add(type);
    const message = `The backend's event '${type.slice(0, 100)}' has no place in the answer.`;
    this.warnings.add('answer_field_ignored', null, message);
  }

  private end(response: JsonRecord, word: string): EventEnding {
    const { usage, service_tier: serviceTier, status, incomplete_details: details } = response;
    const isCut = word === 'length' || status === 'incomplete';
    const reason = isCut ? (nonEmptyText(asRecord(details)?.reason) ?? 'length') : word;
    const said = FAILED.includes(status) ? 'error' : reason;
    const finish = mapFinishReason(said);
    if (finish?.status !== 'failed') {
      this.items.readOutput(asArray(response.output));
      if (!isCut) this.items.completeCalls();
    }
    return { finish: isCut && finish?.status === 'completed' ? CUT : finish, usage, serviceTier };
  }
}

const CUT = mapFinishReason('length');

/** A response with one of these never came to an end. */
const FAILED: readonly unknown[] = ['failed', 'cancelled', 'queued'];
