import { Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { ChatRequest } from '../../contracts/chat/request.js';
import type { BackendDialect } from '../translator/dialect.js';
import { offeredTools } from '../translator/stream/rescue/text-tool-call-parser.js';
import { BackendHttp } from './wire/backend-http.js';
import { jsonCallHeaders, pickHeaders } from './wire/backend-headers.js';
import type { BackendCallContext, ChatBackend } from './chat-backend.port.js';
import { ChatStreamReader } from './wire/chat-stream-reader.js';
import { repairFailedGeneration } from './errors/repair-failed-generation.js';
import { DialectResolver } from './profiles/dialect-resolver.js';

/** The Chat Completions backend behind BACKEND_URL. */
@Injectable()
export class BackendClient implements ChatBackend {
  constructor(
    private readonly http: BackendHttp,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly dialects: DialectResolver,
  ) {}

  stream(request: ChatRequest, context: BackendCallContext): Observable<ChatChunk[]> {
    const dialect = this.dialects.forModel(request.model);
    return new Observable((subscriber) => {
      const reader = new ChatStreamReader(subscriber, {
        maxLineBytes: this.settings.limits.streamLineBytes,
        apiKey: context.apiKey,
        overflowPatterns: dialect.overflowPatterns,
        repair: dialect.toolCallRescue
          ? (body) => repairFailedGeneration(body, offeredTools(request))
          : undefined,
        onStatus: context.onStatus,
        release: () => {
          exchange.release();
        },
      });
      const exchange = this.http.start(
        {
          method: 'POST',
          url: this.settings.backend.url,
          headers: this.headers(context, dialect),
          body: JSON.stringify(request),
          decode: true,
        },
        reader,
      );
      context.flow.attach(exchange);
      return () => {
        exchange.abort();
      };
    });
  }

  private headers(context: BackendCallContext, dialect: BackendDialect): Record<string, string> {
    const { hostHeader, forwardHeaders } = this.settings.backend;
    const forwarded = pickHeaders(context.headers, forwardHeaders);
    const { apiKeyHeader } = dialect;
    const parts = { apiKey: context.apiKey, apiKeyHeader, hostHeader, forwarded };
    return jsonCallHeaders(parts, 'text/event-stream');
  }
}
