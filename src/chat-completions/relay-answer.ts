import type { FastifyReply } from 'fastify';
import { elapsedSince, systemClock } from '../common/clock.js';
import { errorOutcome } from '../common/error-outcome.js';
import type { RequestOutcome } from '../logging/request-outcome.js';
import type { BackendListener } from '../responses/backend/wire/backend-exchange.js';
import type { RelayedExchange } from './first-answer.js';
import type { ByteReplacer } from '../responses/backend/wire/byte-replacer.js';
import type { EventEraser } from './event-eraser.js';
import { endToEndHeaders } from '../responses/backend/wire/backend-headers.js';
import { ownHeaders } from '../common/security-headers.js';

/**
 * Relays a backend's answer to the client: status, end-to-end headers and bytes. The reply is hijacked when the answer
 * begins; an error before that rejects, one after it breaks the connection, which is the only honest end of a body
 * that nobody here reads. With a replacer headers and bytes are changed on the way, and `events` as events. A client that stops reading pauses
 * the backend; one that leaves aborts it.
 */
export function relayAnswer(
  start: (listener: BackendListener) => RelayedExchange,
  outcome: RequestOutcome,
  reply: FastifyReply,
  replacer?: ByteReplacer,
  events?: EventEraser,
): Promise<void> {
  const { raw } = reply;
  return new Promise((resolve, reject) => {
    if (raw.destroyed) {
      outcome.clientAborted = true;
      resolve();
      return;
    }
    const exchange = start({
      onStart: (status, headers) => {
        outcome.backendStatus = status;
        outcome.firstEventMs = elapsedSince(outcome.startedAt, systemClock);
        reply.hijack();
        const own = ownHeaders(reply);
        // The proxy's own headers win, since a backend must not change its security headers or the request id.
        const kept = endToEndHeaders(replacer?.headers(headers) ?? headers);
        if (replacer !== undefined) delete kept['content-length'];
        if (replacer !== undefined) delete kept['content-encoding'];
        raw.writeHead(status, { ...kept, ...own });
        raw.flushHeaders();
        raw.on('drain', () => {
          exchange.resume();
        });
      },
      onData: (chunk) => {
        const replaced = replacer?.push(chunk) ?? chunk;
        const shown = events?.push(replaced) ?? replaced;
        if (shown.length > 0 && !raw.write(shown)) exchange.pause();
      },
      onEnd: () => {
        const rest = replacer?.end();
        if (events === undefined) raw.end(rest);
        else raw.end(Buffer.concat([events.push(rest ?? Buffer.alloc(0)), events.end()]));
      },
      onError: (error) => {
        Object.assign(outcome, errorOutcome(error));
        if (raw.headersSent) raw.destroy();
        else reject(error);
      },
    });
    raw.once('close', () => {
      if (!raw.writableFinished && outcome.errorCode === undefined) outcome.clientAborted = true;
      exchange.abort();
      resolve();
    });
  });
}
