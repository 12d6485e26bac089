import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import type { ApiError } from './api-error.js';
import { errorOutcome } from './error-outcome.js';
import { allowedMethods, toApiError } from './to-api-error.js';

/** Makes a reply of an error, which nobody else does: every non-2xx has OpenAI's envelope. */
@Catch()
export class ApiExceptionFilter implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = toApiError(exception, request);
    Object.assign(request.outcome, errorOutcome(error));
    this.log(error, request.id);
    if (reply.sent || reply.raw.headersSent) breakOff(reply);
    else send(error, request, reply);
  }

  /** Logs the cause, which never reaches the client, so it has to be here. Without one, `request_completed` says it all. */
  private log({ status, code, cause }: ApiError, requestId: string): void {
    if (status < 500 || cause === undefined) return;
    this.logger.error({ requestId, code, err: cause }, 'request_failed');
  }
}

/** Breaks the connection, since part of another answer is out already and there is no other honest end. */
function breakOff(reply: FastifyReply): void {
  // Node holds writes back until the end of the tick, and what was written should arrive.
  setImmediate(() => {
    if (!reply.raw.writableEnded) reply.raw.destroy();
  });
}

function send(error: ApiError, request: FastifyRequest, reply: FastifyReply): void {
  if (error.retryAfterSeconds !== undefined) {
    void reply.header('retry-after', String(Math.ceil(error.retryAfterSeconds)));
  }
  // SDKs try a 429 again, which does not help an empty account. OpenAI's own answer has this header too.
  if (error.code === 'insufficient_quota') void reply.header('x-should-retry', 'false');
  if (error.status === 405) void reply.header('allow', allowedMethods(request).join(', '));
  // The type may be set to that of a stream by now, which Fastify takes no object for.
  void reply.status(error.status).type('application/json').send(error.toBody());
}
