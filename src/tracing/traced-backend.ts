import {
  SpanKind,
  SpanStatusCode,
  type Attributes,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { Observable } from 'rxjs';
import { ApiError } from '../common/api-error.js';
import type { ChatChunk } from '../contracts/chat/chunk.js';
import type { BackendRequest } from '../contracts/backend-request.js';
import type { BackendCallContext, AnyBackend } from '../responses/backend/chat-backend.port.js';
import { readGenAiAttributes, requestAttributes, shown } from './gen-ai-attributes.js';
import { contextOf, traceparentOf } from './trace-context.js';

/** Makes a client span for each call, in the words of OpenTelemetry's GenAI conventions; each attempt is a call. */
export class TracedBackend implements AnyBackend {
  constructor(
    private readonly backend: AnyBackend,
    private readonly tracer: Tracer,
  ) {}

  stream(request: BackendRequest, context: BackendCallContext): Observable<ChatChunk[]> {
    return new Observable((subscriber) => {
      const span = this.startSpan(request, context);
      const headers = { ...context.headers, traceparent: traceparentOf(span) };
      const answer: Attributes = {};
      let isOver = false;
      const subscription = this.backend.stream(request, { ...context, headers }).subscribe({
        next: (batch) => {
          if (span.isRecording()) for (const chunk of batch) readGenAiAttributes(chunk, answer);
          subscriber.next(batch);
        },
        error: (error: unknown) => {
          isOver = true;
          noteError(span, error);
          subscriber.error(error);
        },
        complete: () => {
          isOver = true;
          subscriber.complete();
        },
      });
      return () => {
        subscription.unsubscribe();
        if (!isOver) span.addEvent('abandoned');
        span.setAttributes(answer);
        span.end();
      };
    });
  }

  private startSpan(request: BackendRequest, context: BackendCallContext): Span {
    const attributes = requestAttributes(request);
    const parent = contextOf(context.headers.traceparent);
    return this.tracer.startSpan(
      `chat ${shown(request.model)}`,
      { kind: SpanKind.CLIENT, attributes },
      parent,
    );
  }
}

function noteError(span: Span, error: unknown): void {
  const type = error instanceof ApiError ? (error.code ?? String(error.status)) : 'internal_error';
  span.setAttribute('error.type', type);
  if (error instanceof ApiError) span.setAttribute('http.response.status_code', error.status);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
