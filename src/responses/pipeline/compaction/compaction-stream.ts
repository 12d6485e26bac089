import { ApiError } from '../../../common/api-error.js';
import { backendStreamBroken } from '../../../common/error-table.js';
import type { LifecycleEvent, ResponseEvent } from '../../../contracts/responses/events.js';
import type { CompactionItem } from '../../../contracts/responses/items.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import { EventSequence } from '../../translator/stream/sequence/event-sequence.js';
import { CUT_SUMMARY_NOTE } from './compaction-prompt.js';

export interface CompactionContext {
  /** Looks like `cmp_…`. */
  itemId: string;
  seal: (summary: string) => string;
  now: () => number;
}

/**
 * Turns the events of a summarising answer into those of a response whose output is exactly one `compaction` item.
 * The summary itself never reaches the client.
 */
export class CompactionStream {
  private readonly sequence = new EventSequence();
  private snapshot: ResponseResource | undefined;
  private error: ApiError | undefined;

  constructor(private readonly context: CompactionContext) {}

  /** Says why the answer was no summary; a failure of the backend is not told here. */
  get failure(): ApiError | undefined {
    return this.error;
  }

  push(events: readonly ResponseEvent[]): ResponseEvent[] {
    for (const event of events) {
      switch (event.type) {
        case 'response.created':
        case 'response.queued':
        case 'response.in_progress':
          this.snapshot = event.response;
          this.sequence.emit({ type: event.type, response: event.response });
          break;
        case 'response.completed':
        case 'response.incomplete':
        case 'response.failed':
          this.end(event);
          break;
        default:
      }
    }
    return this.sequence.take();
  }

  /** Tells the client that the response is alive, as nothing else does while the summary is being written. */
  heartbeat(): ResponseEvent[] {
    if (this.snapshot === undefined) return [];
    this.sequence.emit({ type: 'response.in_progress', response: this.snapshot });
    return this.sequence.take();
  }

  private end({ response }: LifecycleEvent): void {
    if (response.status === 'failed') {
      this.sequence.emit({ type: 'response.failed', response: { ...response, output: [] } });
      return;
    }
    const summary = readSummary(response);
    if (summary instanceof ApiError) this.fail(response, summary);
    else this.complete(response, summary);
  }

  private complete(response: ResponseResource, summary: string): void {
    const { itemId: id, seal, now } = this.context;
    const done: CompactionItem = {
      type: 'compaction',
      id,
      status: 'completed',
      encrypted_content: seal(summary),
    };
    const added: CompactionItem = { ...done, status: 'in_progress', encrypted_content: '' };
    this.sequence.emit({ type: 'response.output_item.added', output_index: 0, item: added });
    this.sequence.emit({ type: 'response.output_item.done', output_index: 0, item: done });
    this.sequence.emit({
      type: 'response.completed',
      response: {
        ...response,
        status: 'completed',
        completed_at: Math.floor(now() / 1000),
        incomplete_details: null,
        output: [done],
      },
    });
  }

  private fail(response: ResponseResource, error: ApiError): void {
    this.error = error;
    this.sequence.emit({
      type: 'response.failed',
      response: {
        ...response,
        status: 'failed',
        completed_at: null,
        incomplete_details: null,
        error: { code: error.code ?? error.type, message: error.message },
        output: [],
      },
    });
  }
}

/** A summary that the token limit cut is worth more than none: without one the client is stuck with a full context. */
export function readSummary({ output, incomplete_details }: ResponseResource): string | ApiError {
  const summary = output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .flatMap((part) => (part.type === 'output_text' ? [part.text] : []))
    .join('\n')
    .trim();
  if (summary === '') return backendStreamBroken('The model wrote no summary.');
  switch (incomplete_details?.reason) {
    case undefined:
      return summary;
    case 'max_output_tokens':
      return `${summary}\n\n${CUT_SUMMARY_NOTE}`;
    case 'content_filter':
      return backendStreamBroken('The content filter of the backend cut the summary.');
  }
}
