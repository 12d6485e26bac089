import { setTimeout as sleep } from 'node:timers/promises';
import type { Observable, Subscription } from 'rxjs';
import type { ApiError } from '../../../common/api-error.js';
import { asApiError } from '../../../common/error-table.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import type { ResponseEnding } from '../../../store/response-record-store.port.js';
import type { ResponseStore } from '../../../store/response-store.port.js';
import { isOver } from '../../../store/response-texts.js';
import { firstPiece } from '../../translator/event-pieces.js';
import { failureCode } from '../../translator/stream/failure-code.js';

export interface BackgroundRunOptions {
  store: ResponseStore;
  owner: string;
  /** The response is kept as it was queued. */
  response: ResponseResource;
  events: Observable<ResponseEvent[]>;
  /** Makes what is written at the end. */
  toEnding: (response: ResponseResource) => ResponseEnding;
  /** Runs what encodes a batch for the store when its turn comes: responses may be large, and many at once. */
  inTurn: <Value>(work: () => Promise<Value>) => Promise<Value>;
  onOver: () => void;
  /** Is told when the store stayed away for too long to go on; the record has no end then. */
  onGivenUp: () => void;
}

/** The store has so long to come back before a run is given up; its lease is lost by then. */
const retryMs = 1_000;
const mostRetries = 30;

/** A silent run asks so often whether it was cancelled: the notice of it may have been lost. */
const askMs = 5_000;

/**
 * Runs one background response: subscribes to its events and writes them to the log, whoever reads it. It ends with the last
 * event, when someone else ended the response (cancel, delete), or when the store stays away.
 */
export class BackgroundRun {
  private readonly subscription: Subscription;
  private readonly pending: ResponseEvent[] = [];
  /** The first pending event has this place in the log. */
  private place = 0;
  private last: ResponseResource | undefined;
  private writing: Promise<void> | undefined;
  private over = false;
  private readonly timer: NodeJS.Timeout;
  private stopWatching: (() => void) | undefined;

  constructor(private readonly options: BackgroundRunOptions) {
    const { response, events } = options;
    this.push(
      ...(['response.created', 'response.queued'] as const).map((type) => ({
        type,
        sequence_number: 0,
        response,
      })),
    );
    this.timer = setInterval(() => {
      this.write();
    }, askMs);
    void this.watch();
    this.subscription = events.subscribe({
      next: (batch) => {
        this.take(batch);
      },
      error: (error: unknown) => {
        this.fail(asApiError(error));
      },
    });
    if (this.over) this.subscription.unsubscribe();
  }

  private fail(cause: ApiError): void {
    const error = { code: failureCode(cause), message: cause.message };
    const response: ResponseResource = {
      ...(this.last ?? this.options.response),
      status: 'failed',
      error,
    };
    this.take([{ type: 'response.failed', sequence_number: 0, response }]);
  }

  private async watch(): Promise<void> {
    const { store, owner, response } = this.options;
    try {
      this.stopWatching = await store.runs.watch(owner, response.id, (change) => {
        if (change === 'over') this.stop();
      });
      if (this.over) this.stopWatching();
    } catch {
      // The store is away; the run asks by itself every now and then.
    }
  }

  private take(batch: ResponseEvent[]): void {
    if (this.over || (this.last !== undefined && isOver(this.last.status))) return;
    // The log has its own beginning.
    const events = batch
      .filter(({ type }) => type !== 'response.created')
      .map((event) =>
        'response' in event ? { ...event, response: this.own(event.response) } : event,
      );
    for (const event of events) if ('response' in event) this.last = event.response;
    this.push(...events);
  }

  private push(...events: ResponseEvent[]): void {
    this.pending.push(...events);
    this.write();
  }

  private write(): void {
    this.writing ??= this.drain().finally(() => {
      this.writing = undefined;
    });
  }

  /** Batches grow while the store is busy, and what is large goes by itself. */
  private async drain(): Promise<void> {
    let asked = false;
    for (let failures = 0; !this.over && (this.pending.length > 0 || !asked);) {
      asked = true;
      const batch = firstPiece(this.pending);
      try {
        await this.options.inTurn(() => this.writeBatch(batch));
        this.pending.splice(0, batch.length);
        this.place += batch.length;
        failures = 0;
      } catch {
        // StoreMonitor has logged and counted it. The same batch goes again, and the store takes it once.
        failures += 1;
        if (failures > mostRetries) {
          this.options.onGivenUp();
          this.stop();
        } else await sleep(retryMs);
      }
    }
  }

  private async writeBatch(batch: readonly ResponseEvent[]): Promise<void> {
    const { store, owner, response, toEnding } = this.options;
    const end = batch.at(-1);
    if (end !== undefined && 'response' in end && isOver(end.response.status)) {
      await store.responses.finish(owner, { ...toEnding(end.response), events: batch });
      this.stop();
      return;
    }
    // Who follows its events may ask for the response, so its record says first that it is under way.
    const begun = batch.find(({ type }) => type === 'response.in_progress');
    if (begun !== undefined && 'response' in begun)
      await store.responses.update(owner, begun.response);
    if ((await store.runs.append(owner, response.id, this.place, batch)) === 'over') this.stop();
  }

  private stop(): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.timer);
    this.stopWatching?.();
    // The subscription is not there yet when the run ends while it is being subscribed to.
    (this.subscription as Subscription | undefined)?.unsubscribe();
    this.options.onOver();
  }

  private own(response: ResponseResource): ResponseResource {
    return { ...response, background: true, store: true };
  }
}
