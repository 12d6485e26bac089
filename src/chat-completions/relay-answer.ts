import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { RequestOutcome } from '../logging/request-outcome.js';
import type {
  BackendExchange,
  BackendListener,
} from '../responses/backend/wire/backend-exchange.js';
import { endToEndHeaders } from '../responses/backend/wire/backend-headers.js';

/**
 * Relays a backend's answer to the client: status, end-to-end headers and bytes. The reply is hijacked when the answer
 * begins; an error before that rejects, one after it breaks the connection, which is the only honest end of a body
 * that nobody here reads. A client that stops reading pauses the backend; one that leaves aborts it.
 */
export function relayAnswer(
  start: (listener: BackendListener) => BackendExchange,
  outcome: RequestOutcome,
  reply: FastifyReply,
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
        outcome.firstEventMs = Date.now() - outcome.startedAt;
        reply.hijack();
        const own = reply.getHeaders() as OutgoingHttpHeaders;
        raw.writeHead(status, { ...own, ...endToEndHeaders(headers) });
        raw.flushHeaders();
        raw.on('drain', () => {
          exchange.resume();
        });
      },
      onData: (chunk) => {
        if (!raw.write(chunk)) exchange.pause();
      },
      onEnd: () => {
        raw.end();
      },
      onError: (error) => {
        outcome.errorCode = error.code ?? error.type;
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
