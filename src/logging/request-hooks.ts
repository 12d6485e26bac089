import type { FastifyInstance } from 'fastify';
import type { Clock } from '../common/clock.js';
import type { RequestLogService } from './request-log.service.js';
import type { RequestOutcome } from './request-outcome.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The steps of the request fill it; see request-outcome.ts. */
    outcome: RequestOutcome;
  }
}

/**
 * Gives every request its outcome, every reply its `x-request-id`, and writes the outcome at the end.
 * The end is the raw reply's `close`, because streams are written to it directly (`reply.hijack()`) and because Fastify's
 * onResponse does not fire for a client that left.
 */
export function addRequestHooks(
  server: FastifyInstance,
  log: RequestLogService,
  clock: Clock,
): void {
  server.decorateRequest('outcome');
  server.addHook('onRequest', (request, reply, done) => {
    request.outcome = { requestId: request.id, startedAt: clock.now() };
    void reply.header('x-request-id', request.id);
    reply.raw.once('close', () => {
      log.completed(request, reply);
    });
    done();
  });
}
