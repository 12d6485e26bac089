import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Observable } from 'rxjs';
import { internalError } from '../../common/error-table.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { FlowControl } from '../backend/chat-backend.port.js';
import { whenClosed } from './when-closed.js';
import { DONE_FRAME, SseEncoder } from './sse-frame.js';

/** `no-transform` and `x-accel-buffering` keep proxies from holding events back. */
const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

export interface EventStreamOptions {
  flow: FlowControl;
  headers: Readonly<Record<string, string>>;
  /** Is called with every write, before it; it must be cheap. */
  onFrames: (frames: Buffer) => void;
  onFirstEvent: () => void;
  /** Is called with the terminal event sent, before the reply ends. */
  onEnd: () => void;
}

/**
 * Writes events to the client as they come. The reply is hijacked with the first of them: an error before that is thrown, and
 * becomes an ordinary HTTP error. It resolves when the stream has ended or the client has left; a client that stops reading
 * pauses the backend, one that leaves unsubscribes from it.
 */
export function writeEventStream(
  events: Observable<ResponseEvent[]>,
  reply: FastifyReply,
  options: EventStreamOptions,
): Promise<void> {
  const { flow, onFrames } = options;
  const raw = reply.raw;
  const encoder = new SseEncoder();
  let opened = false;
  let pending: ResponseEvent[] = [];

  const open = (): void => {
    opened = true;
    options.onFirstEvent();
    reply.hijack();
    const replyHeaders = reply.getHeaders() as OutgoingHttpHeaders;
    raw.writeHead(200, { ...replyHeaders, ...STREAM_HEADERS, ...options.headers });
    raw.on('drain', () => {
      flow.resume();
    });
  };

  /** This runs after the backend's read is worked off, so a short answer leaves in one write, its end included. */
  const flush = (): void => {
    if (pending.length === 0 || raw.destroyed) return;
    const frames = encoder.encode(pending);
    pending = [];
    onFrames(frames);
    if (!raw.write(frames)) flow.pause();
  };

  return new Promise((resolve, reject) => {
    /** Keeps an error from ending the process, which it would if it were thrown on: nobody waits for a microtask, nor for RxJS. */
    const breaksOff = (step: () => void) => (): void => {
      try {
        step();
      } catch (error) {
        reject(internalError(error));
        raw.destroy();
      }
    };
    const flushLater = breaksOff(flush);

    const subscription = events.subscribe({
      next: (batch) => {
        if (pending.length === 0) queueMicrotask(flushLater);
        pending = pending.length === 0 ? batch : [...pending, ...batch];
        if (!opened) open();
      },
      error: reject,
      complete: breaksOff(() => {
        const frames = encoder.encode(pending, DONE_FRAME);
        pending = [];
        onFrames(frames);
        options.onEnd();
        raw.end(frames, resolve);
      }),
    });
    whenClosed(raw, () => {
      subscription.unsubscribe();
      resolve();
    });
  });
}
