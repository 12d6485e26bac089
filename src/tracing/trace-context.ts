import { ROOT_CONTEXT, trace, type Context, type Span } from '@opentelemetry/api';

const format = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** Reads the parent that a `traceparent` header names (W3C Trace Context); there is none when it is missing or malformed. */
export function contextOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = format.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** Writes the header that makes `span` the parent of what is called. `tracestate` is the vendors' and travels as it is. */
export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
