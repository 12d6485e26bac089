import { Observable, Subscription } from 'rxjs';
import { asApiError } from '../../../common/error-table.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { ResponseStream } from '../../translator/stream/response-stream.js';

export interface EventOptions {
  /** The stream opens after so many milliseconds without a word from the backend; 0 waits for ever. */
  openAfterMs: number;
  /** `response.in_progress` is repeated after so many milliseconds of silence; 0 never repeats it. */
  heartbeatMs: number;
  /** Sees the events before they go on. */
  seen?: (events: readonly ResponseEvent[]) => void;
}

/** Usage is waited for this long once the backend has said how the answer ended. */
const USAGE_GRACE_MS = 3_000;

/** Describes what is done beside the backend's answers: tools that are run here. */
export interface BetweenAnswers {
  /** Works before the first answer. */
  prepare: () => Observable<ResponseEvent[]>;
  /** Runs the tools that an answer called. */
  run: () => Observable<ResponseEvent[]>;
  /** Makes the stream ready for the next answer, or gives the events that end the response. */
  next: () => ResponseEvent[];
  /** The response is over, or nobody listens any more. */
  close: () => void;
}

/**
 * Makes events of the backend's chunks, one emission per backend read. Until the first emission an error is an error, so that a
 * 429 stays a 429; from then on it is `response.failed` and a normal end. Unsubscribing aborts the backend.
 * @param translation has another stream once the request has gone to another backend.
 * @param chunks are those of the next answer; each subscription asks the backend.
 */
export function translateEvents(
  chunks: Observable<ChatChunk[]>,
  translation: { readonly stream: ResponseStream },
  options: EventOptions,
  between?: BetweenAnswers,
): Observable<ResponseEvent[]> {
  return new Observable((subscriber) => {
    let started = false;
    let timer: NodeJS.Timeout | undefined;
    /** It is set with each token, since a look at the clock costs less than a timer that is set anew. */
    let shownAt = 0;
    /** Tools have told this before the backend has said anything; until then an error has a status. */
    let held: ResponseEvent[] = [];

    let call: Subscription | undefined;

    /** Gives the opening events, which come first so that they get the first numbers. */
    const open = (): ResponseEvent[] => {
      if (started) return [];
      const opening = held.length > 0 ? held : translation.stream.start();
      held = [];
      started = true;
      return opening;
    };
    const emit = (opening: ResponseEvent[], next: ResponseEvent[]): void => {
      const events = opening.length === 0 ? next : [...opening, ...next];
      if (events.length > 0) {
        shownAt = performance.now();
        options.seen?.(events);
        subscriber.next(events);
      }
      if (translation.stream.response !== undefined) subscriber.complete();
    };
    const wait = (delayMs: number, action: () => void): void => {
      clearTimeout(timer);
      timer = delayMs > 0 ? setTimeout(action, delayMs) : undefined;
    };
    const beat = (): void => {
      const restMs = Math.ceil(shownAt + options.heartbeatMs - performance.now());
      if (started && restMs > 0) {
        wait(restMs, beat);
        return;
      }
      const isOpen = started;
      emit(open(), isOpen ? translation.stream.heartbeat() : []);
      wait(options.heartbeatMs, beat);
    };
    const finish = (): void => {
      emit(open(), translation.stream.end());
      if (translation.stream.response !== undefined || subscriber.closed) return;
      if (between !== undefined && translation.stream.hostedCalls.length > 0)
        follow(between.run(), tell, goOn);
      else ask();
    };
    const fail = (error: unknown): void => {
      const failure = asApiError(error);
      if (started) emit([], translation.stream.fail(failure));
      else subscriber.error(failure);
    };
    const read = (batch: ChatChunk[]): void => {
      const wasStarted = started;
      // A backend that talks while nothing can be shown yet is silence to the client.
      emit(open(), translation.stream.push(batch));
      if (translation.stream.answered) wait(USAGE_GRACE_MS, finish);
      else if (!wasStarted) wait(options.heartbeatMs, beat);
    };
    /** This runs again after an empty answer and behind tools; the call before is over for us even if its body is not. */
    const ask = (): void => {
      follow(chunks, read, finish);
    };
    const follow = <Told>(
      source: Observable<Told>,
      next: (told: Told) => void,
      complete: () => void,
    ): void => {
      call?.unsubscribe();
      wait(started ? options.heartbeatMs : options.openAfterMs, beat);
      call = new Subscription();
      call.add(source.subscribe({ next, error: fail, complete }));
    };
    const tell = (events: ResponseEvent[]): void => {
      if (started) emit(open(), events);
      else if (translation.stream.failure !== undefined)
        subscriber.error(translation.stream.failure);
      else held = [...held, ...events];
    };
    const goOn = (): void => {
      try {
        const last = between?.next() ?? [];
        if (last.length > 0) emit(open(), last);
        else if (!subscriber.closed) ask();
      } catch (error) {
        fail(error);
      }
    };

    if (between === undefined) ask();
    else {
      held = translation.stream.start();
      follow(between.prepare(), tell, goOn);
    }
    return () => {
      clearTimeout(timer);
      call?.unsubscribe();
      between?.close();
    };
  });
}

/** Tells what a backend's answer brought from the opening, which is the same whoever answers. */
export function isAnswer({ type }: ResponseEvent): boolean {
  return type !== 'response.created' && type !== 'response.in_progress';
}
