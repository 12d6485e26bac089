import { Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { ChatRequest } from '../../contracts/chat/request.js';
import { offeredTools } from '../translator/stream/rescue/text-call-syntax.js';
import { BackendHttp } from './wire/backend-http.js';
import { BackendCalls } from './backend-calls.service.js';
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
    private readonly calls: BackendCalls,
  ) {}

  stream(request: ChatRequest, context: BackendCallContext): Observable<ChatChunk[]> {
    const dialect = this.dialects.forModel(request.model);
    return new Observable((subscriber) => {
      const reader = new ChatStreamReader(subscriber, {
        maxLineBytes: this.settings.limits.streamLineBytes,
        apiKey: context.apiKey,
        overflowPatterns: dialect.overflowPatterns,
        repair: dialect.toolCallRescue
          ? (body) => repairFailedGeneration(body, offeredTools(request.tools ?? []))
          : undefined,
        onStatus: context.onStatus,
        release: () => {
          exchange.release();
        },
      });
      const call = this.calls.chat(request.model, JSON.stringify(request), context);
      const exchange = this.http.start(call, reader);
      context.flow.attach(exchange);
      return () => {
        exchange.abort();
      };
    });
  }
}
