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
  /** Called with every write, before it; must be cheap. */
  onFrames: (frames: Buffer) => void;
  onFirstEvent: () => void;
  /** Called with the terminal event sent, before the reply ends. */
  onEnd: () => void;
}

/**
 * Writes events to the client as they come. The reply is hijacked with the first of them: an error before that is
 * thrown, and becomes an ordinary HTTP error. Resolves when the stream has ended or the client has left; a client that
 * stops reading pauses the backend, one that leaves unsubscribes from it.
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
  let pending: Buffer[] = [];

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

  /** After the backend's read is worked off: a short answer, its end included, leaves in one write. */
  const flush = (): void => {
    if (pending.length > 0 && !raw.destroyed && !raw.write(Buffer.concat(pending))) flow.pause();
    pending = [];
  };

  return new Promise((resolve, reject) => {
    const subscription = events.subscribe({
      next: (batch) => {
        try {
          if (!opened) open();
          const frames = encoder.encode(batch);
          onFrames(frames);
          if (pending.push(frames) === 1) queueMicrotask(flush);
        } catch (error) {
          // Thrown on, it would end the process: RxJS makes it an uncaught exception.
          reject(internalError(error));
          raw.destroy();
        }
      },
      error: reject,
      complete: () => {
        options.onEnd();
        raw.end(Buffer.concat([...pending, DONE_FRAME]), resolve);
        pending = [];
      },
    });
    whenClosed(raw, () => {
      subscription.unsubscribe();
      resolve();
    });
  });
}
