import { SpanKind, SpanStatusCode, type Span, type Tracer } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { extractApiKey } from '../common/api-key.js';
import { contextOf, traceparentOf } from './trace-context.js';

/**
 * Makes a server span for each API request. It takes the place of the client's `traceparent` on the request, so that whatever
 * forwards headers to the backend forwards this span as the parent: no context has to be carried along.
 */
export function addRequestSpans(server: FastifyInstance, tracer: Tracer): void {
  server.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (route?.startsWith('/v1/')) startSpan(tracer, route, request, reply);
    done();
  });
}

function startSpan(
  tracer: Tracer,
  route: string,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { traceparent } = request.headers;
  const parent = contextOf(typeof traceparent === 'string' ? traceparent : undefined);
  const attributes = {
    'http.request.method': request.method,
    'http.route': route,
    'url.path': pathOf(request),
    'url.scheme': 'http',
    'http.request.header.x-request-id': [request.id],
  };
  const name = `${request.method} ${route}`;
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
  request.headers.traceparent = traceparentOf(span);
  if (span.isRecording()) request.outcome.traceId = span.spanContext().traceId;
  reply.raw.once('close', () => {
    endSpan(span, request, reply);
  });
}

function endSpan(span: Span, { outcome }: FastifyRequest, { raw }: FastifyReply): void {
  if (raw.headersSent) span.setAttribute('http.response.status_code', raw.statusCode);
  if (outcome.model !== undefined)
    span.setAttribute('gen_ai.request.model', outcome.model.slice(0, 200));
  if (outcome.responseId !== undefined) span.setAttribute('gen_ai.response.id', outcome.responseId);
  const failed = raw.statusCode >= 500 || outcome.responseStatus === 'failed';
  if (!raw.writableFinished) span.setAttribute('error.type', 'client_closed_request');
  else if (outcome.errorCode !== undefined) span.setAttribute('error.type', outcome.errorCode);
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** A client may put its own key into a path, and not every key looks like one. */
function pathOf({ url, headers }: FastifyRequest): string {
  const path = (url.split('?')[0] ?? '').slice(0, 500);
  const key = extractApiKey(headers);
  return key === undefined || key === '' ? path : path.replaceAll(key, '***');
}
