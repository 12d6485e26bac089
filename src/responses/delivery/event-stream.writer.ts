import type { FastifyReply } from 'fastify';
import type { Observable } from 'rxjs';
import { internalError } from '../../common/error-table.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { FlowControl } from '../backend/chat-backend.port.js';
import { areLarge } from '../translator/event-pieces.js';
import { atEndOfTick } from './end-of-tick.js';
import { LargeEvents, type InTurn } from './large-events.js';
import { ReplyBody } from './reply-body.js';
import { whenClosed } from './when-closed.js';
import { dataOfChunk } from './frame-buffer.js';
import { DONE_FRAME, SseEncoder } from './sse-frame.js';
import { ownHeaders } from '../../common/security-headers.js';

/** `no-transform` and `x-accel-buffering` keep proxies from holding events back. */
const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

const settled = Promise.resolve();

const atOnce: InTurn = (work) => {
  work();
  return settled;
};

export interface EventStreamOptions {
  flow: FlowControl;
  /** Is asked when the first event is written. */
  headers: () => Readonly<Record<string, string>>;
  /** Large events wait for their turn; without it all are written at once. */
  inTurn?: InTurn | undefined;
  /** Tells that events may be large, where only a look at them says so. */
  mayBeLarge?: () => boolean;
  /** Is called before every write; it must be cheap. */
  onWrite?: () => void;
  /** Gets what is written, without the frame of the transfer encoding. */
  onFrames?: ((frames: Buffer) => void) | undefined;
  onFirstEvent: () => void;
  /** Is called with the terminal event sent, before the reply ends. */
  onEnd?: () => void;
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
  const { flow, onWrite, onFrames } = options;
  const raw = reply.raw;
  const encoder = new SseEncoder();
  let body: ReplyBody | undefined;
  let pending: ResponseEvent[] = [];

  const open = (): ReplyBody => {
    options.onFirstEvent();
    reply.hijack();
    raw.writeHead(200, { ...ownHeaders(reply), ...STREAM_HEADERS, ...options.headers() });
    return new ReplyBody(raw, () => {
      flow.resume();
    });
  };

  /** Encodes events as the body takes them. */
  const encode = (batch: readonly ResponseEvent[], end?: Buffer): Buffer => {
    onWrite?.();
    const asChunk = end === undefined && body?.takesChunks === true;
    const piece = asChunk ? encoder.encodeChunk(batch) : encoder.encode(batch, end);
    onFrames?.(asChunk ? dataOfChunk(piece) : piece);
    return piece;
  };
  const takePending = (): ResponseEvent[] => {
    const batch = pending;
    pending = [];
    return batch;
  };

  const { inTurn = atOnce, mayBeLarge = () => false } = options;
  const large = new LargeEvents({
    inTurn,
    write: (piece) => body?.write(encode(piece)),
    taken: () => body?.taken() ?? settled,
  });
  const isLarge = (): boolean => large.areWaiting || (mayBeLarge() && areLarge(pending));
  /** Writes what waits piece by piece; the backend waits meanwhile. */
  const writeLarge = async (): Promise<void> => {
    flow.pause(large);
    await large.add(takePending());
    flow.resume(large);
  };

  return new Promise((resolve, reject) => {
    /** What a client has left behind is of no interest. */
    const failed = (error: unknown): void => {
      if (raw.destroyed) return;
      reject(internalError(error));
      raw.destroy();
    };
    /** Keeps an error from ending the process, which it would if it were thrown on: nobody waits for a tick, nor for RxJS. */
    const breaksOff = (step: () => void) => (): void => {
      try {
        step();
      } catch (error) {
        failed(error);
      }
    };
    /** This runs after the backend's read is worked off, so a short answer leaves in one write, its end included. */
    const flush = (): void => {
      if (pending.length === 0 || raw.destroyed) return;
      if (isLarge()) writeLarge().catch(failed);
      else if (body?.write(encode(takePending())) === false) flow.pause();
    };
    const flushLater = breaksOff(flush);
    const flushOnceIdle = (): void => {
      atEndOfTick(flushLater);
    };
    /**
     * What opens an answer waits for what needs no I/O: a store in memory is done with a short answer by then, so that its end is
     * in the first write. Tokens wait for the end of the read alone.
     */
    const flushSoon = (): void => {
      if (body === undefined) void settled.then(flushOnceIdle);
      else flushOnceIdle();
    };

    const subscription = events.subscribe({
      next: (batch) => {
        if (pending.length === 0) flushSoon();
        for (const event of batch) pending.push(event);
        body ??= open();
      },
      error: reject,
      complete: breaksOff(() => {
        const opened = (body ??= open());
        const end = (): void => {
          const piece = encode(takePending(), DONE_FRAME);
          options.onEnd?.();
          opened.end(piece, resolve);
        };
        if (isLarge()) writeLarge().then(end).catch(failed);
        else end();
      }),
    });
    whenClosed(raw, () => {
      subscription.unsubscribe();
      resolve();
    });
  });
}
