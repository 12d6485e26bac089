import { concatMap, EMPTY, from, Observable, of } from 'rxjs';
import type { ApiError } from '../../../common/api-error.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import { failureCode } from '../../translator/stream/failure-code.js';
import { GivenText } from '../../translator/stream/given-text.js';
import type { ResponseStream } from '../../translator/stream/response-stream.js';
import { terminalEventType } from '../../translator/stream/terminal-event-type.js';

export interface HookedEventsOptions {
  /** Gives what the hooks make of a batch. */
  run: (
    batch: readonly ResponseEvent[],
  ) => readonly ResponseEvent[] | Promise<readonly ResponseEvent[]>;
  /** Reads what they threw: an error, or undefined where a content filter stopped the answer. */
  read: (thrown: unknown) => ApiError | undefined;
  streamOf: { readonly stream: ResponseStream };
  /** Is told how the response ended, where the stream says otherwise. */
  onOverruled: (response: ResponseResource, error: ApiError | undefined) => void;
}

/** Gives the events as the hooks let them go on. Until the first batch an error is an error; from then on it is `response.failed`. */
export function hookedEvents(
  events: Observable<ResponseEvent[]>,
  { run, read, streamOf, onOverruled }: HookedEventsOptions,
): Observable<ResponseEvent[]> {
  return new Observable((subscriber) => {
    const text = new GivenText();
    let hasBegun = false;
    const give = (batch: readonly ResponseEvent[]): ResponseEvent[] => {
      hasBegun ||= batch.length > 0;
      return text.pass(batch);
    };
    const stop = (batch: readonly ResponseEvent[], thrown: unknown): void => {
      const error = read(thrown);
      subscription.unsubscribe();
      if (error !== undefined && !hasBegun) {
        subscriber.error(error);
        return;
      }
      const { stream } = streamOf;
      const closing = stream.response === undefined ? closed(stream, error) : batch.slice(-1);
      const structure = batch.filter((event) => isStructure(event));
      const given = give([...structure, ...closing.filter((event) => !isTerminal(event))]);
      const response = overruled(stream, error, text);
      onOverruled(response, error);
      const type = terminalEventType(response.status);
      subscriber.next([...given, ...give([{ type, response, sequence_number: 0 }])]);
      subscriber.complete();
    };
    const hooked = events.pipe(
      concatMap((batch) => {
        try {
          const given = run(batch);
          if (!(given instanceof Promise)) return of(give(given));
          const told = given.then(give, (thrown: unknown): ResponseEvent[] => {
            stop(batch, thrown);
            return [];
          });
          return from(told);
        } catch (thrown) {
          stop(batch, thrown);
          return EMPTY;
        }
      }),
    );
    const subscription = hooked.subscribe({
      next: (batch) => {
        if (batch.length > 0) subscriber.next(batch);
      },
      error: (error: unknown) => {
        subscriber.error(error);
      },
      complete: () => {
        subscriber.complete();
      },
    });
    return () => {
      subscription.unsubscribe();
    };
  });
}

/** Ends an answer that is under way; calls that are open are abandoned. */
function closed(stream: ResponseStream, error: ApiError | undefined): ResponseEvent[] {
  if (error !== undefined) return stream.fail(error);
  const cut = { choices: [{ index: 0, delta: {}, finish_reason: 'content_filter' }] };
  return [...stream.push([cut]), ...stream.end()];
}

/** Gives the Response as it ended, with what the client has been told was done, and nothing else. */
function overruled(
  stream: ResponseStream,
  error: ApiError | undefined,
  text: GivenText,
): ResponseResource {
  const { response } = stream;
  if (response === undefined) throw new Error('The stream has no end.');
  return {
    ...response,
    output: response.output.filter((item) => text.isDone(item)),
    completed_at: null,
    ...(error === undefined
      ? { status: 'incomplete', error: null, incomplete_details: { reason: 'content_filter' } }
      : {
          status: 'failed',
          error: { code: failureCode(error), message: error.message },
          incomplete_details: null,
        }),
  };
}

const STRUCTURES: ReadonlySet<string> = new Set([
  'response.created',
  'response.in_progress',
  'response.output_item.added',
  'response.content_part.added',
  'response.reasoning_summary_part.added',
  'response.reasoning_summary_part.done',
  'response.content_part.done',
  'response.output_text.done',
  'response.refusal.done',
  'response.reasoning_text.done',
  'response.reasoning_summary_text.done',
]);

/** Tells whether an event says nothing that the hook refused. A call that is not done never runs. */
function isStructure(event: ResponseEvent): boolean {
  if (event.type === 'response.output_item.done')
    return event.item.type === 'message' || event.item.type === 'reasoning';
  return STRUCTURES.has(event.type);
}

function isTerminal({ type }: ResponseEvent): boolean {
  return (
    type === 'response.completed' || type === 'response.incomplete' || type === 'response.failed'
  );
}
