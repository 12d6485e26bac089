import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK, elapsedSince } from '../common/clock.js';
import type { Clock } from '../common/clock.js';
import { BackendMetrics } from '../metrics/backend.metrics.js';
import { MetricsService } from '../metrics/metrics.service.js';
import type { TranslationWarning } from '../responses/translator/warning.js';
import { FreshWarnings } from './fresh-warnings.js';
import { REQUEST_OBSERVER, type RequestObserver } from './request-observer.port.js';
import { PromptPrefixes } from './prompt-prefixes.js';
import type { RequestOutcome } from './request-outcome.js';

/** nginx has this status for a client that left before it got one. */
const clientClosedRequest = 499;
const switchingProtocols = 101;

interface Answered {
  method: string;
  path: string;
  /** Holds the registered pattern. */
  route: string;
  status: number;
}

/** Writes what one request came to: the `request_completed` line, the texts of warnings that are news, the metrics. */
@Injectable()
export class RequestLogService {
  private readonly fresh = new FreshWarnings();
  private readonly prefixes = new PromptPrefixes();

  constructor(
    private readonly logger: PinoLogger,
    private readonly metrics: MetricsService,
    private readonly backends: BackendMetrics,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REQUEST_OBSERVER)
    private readonly observer: RequestObserver | undefined,
  ) {}

  /** Called once per request, when its connection has the whole answer or is gone. */
  completed(request: FastifyRequest, reply: FastifyReply): void {
    const { outcome, method } = request;
    const upgraded = outcome.upgraded === true;
    if (!upgraded && !reply.raw.writableFinished) outcome.clientAborted = true;
    const route = request.routeOptions.url ?? 'unknown';
    const status = upgraded ? switchingProtocols : statusOf(reply);
    this.write(outcome, { method, path: pathOf(request), route, status });
  }

  /** Called once per turn of a WebSocket connection. `status` is the one that HTTP would have given. */
  turnCompleted(outcome: RequestOutcome, status: number): void {
    const path = '/v1/responses';
    this.write(outcome, { method: 'WEBSOCKET', path, route: path, status });
  }

  private write(outcome: RequestOutcome, answered: Answered): void {
    const { route, status } = answered;
    const durationMs = elapsedSince(outcome.startedAt, this.clock);
    const warnings = outcome.warnings ?? [];
    const { firstEventMs, usage, stream = false, traceId } = outcome;
    this.metrics.requestCompleted({
      route,
      status,
      stream,
      durationMs,
      firstEventMs,
      usage,
      warnings,
      traceId,
    });
    this.writeWarnings(outcome, warnings);
    this.writeDialectRules(outcome);
    const line = { ...lineOf(outcome, answered, durationMs, warnings), ...this.prefixOf(outcome) };
    this.logger[levelOf(route, status, outcome)](line, 'request_completed');
    this.observer?.ended(outcome, line);
  }

  /** Says how much of the prompt the turn before had sent already, so that the backend could have kept it. */
  private prefixOf({ session, usage }: RequestOutcome): { cacheableTokens?: number } {
    if (!session || !usage) return {};
    const { input_tokens: input, input_tokens_details: details } = usage;
    const cacheable = this.prefixes.take(session.key, input, this.clock.now());
    if (cacheable === undefined) return {};
    this.backends.prefixSeen(
      session.backend,
      cacheable,
      Math.min(details.cached_tokens, cacheable),
    );
    return { cacheableTokens: cacheable };
  }

  private writeDialectRules({ requestId, model, dialectRules }: RequestOutcome): void {
    if (dialectRules === undefined) return;
    this.logger.debug({ requestId, model, ...dialectRules }, 'dialect_rules');
  }

  private writeWarnings(outcome: RequestOutcome, warnings: readonly TranslationWarning[]): void {
    if (warnings.length === 0) return;
    const { requestId, model } = outcome;
    const fresh = this.fresh.take(model, warnings, this.clock.now());
    if (fresh.length > 0)
      this.logger.warn({ requestId, model, warnings: fresh }, 'translation_warnings');
    else this.logger.debug({ requestId, model, warnings }, 'translation_warnings');
  }
}

function statusOf(reply: FastifyReply): number {
  return reply.raw.headersSent ? reply.raw.statusCode : clientClosedRequest;
}

/** Probes, scrapes and the inspector come every few seconds. */
const quietRoutes = /^\/(?:health|metrics|inspector)(?:\/|$)/;

/** Chooses the level. What comes often is at debug; what failed is found by its level. */
function levelOf(
  route: string,
  status: number,
  outcome: RequestOutcome,
): 'debug' | 'info' | 'error' {
  if (status >= 500 || outcome.responseStatus === 'failed') return 'error';
  return quietRoutes.test(route) ? 'debug' : 'info';
}

function lineOf(
  outcome: RequestOutcome,
  { method, path, status }: Answered,
  durationMs: number,
  warnings: readonly TranslationWarning[],
): Record<string, unknown> {
  const { usage } = outcome;
  return {
    requestId: outcome.requestId,
    method,
    path,
    status,
    caller: outcome.caller,
    model: outcome.model,
    stream: outcome.stream,
    responseId: outcome.responseId,
    responseStatus: outcome.responseStatus,
    backend: outcome.backend,
    backendModel: outcome.backendModel,
    attempts: outcome.backend === undefined ? undefined : 1 + (outcome.fallbacks?.length ?? 0),
    fallbacks: outcome.fallbacks,
    backendStatus: outcome.backendStatus,
    firstEventMs: outcome.firstEventMs,
    durationMs,
    inputTokens: usage?.input_tokens,
    cachedTokens: usage?.input_tokens_details.cached_tokens,
    outputTokens: usage?.output_tokens,
    reasoningTokens: usage?.output_tokens_details.reasoning_tokens,
    outputItems: outcome.outputItems,
    clientAborted: outcome.clientAborted ?? false,
    errorCode: outcome.errorCode,
    errorMessage: outcome.errorMessage,
    errorParam: outcome.errorParam,
    warnings: warnings.length === 0 ? undefined : countByCode(warnings),
  };
}

/** Cuts the query, which may hold a key. */
function pathOf(request: FastifyRequest): string {
  const end = request.url.indexOf('?');
  return end < 0 ? request.url : request.url.slice(0, end);
}

function countByCode(warnings: readonly TranslationWarning[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of warnings) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
