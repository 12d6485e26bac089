import { Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { ChatRequest } from '../../contracts/chat/request.js';
import { offeredTools } from '../translator/stream/rescue/text-call-syntax.js';
import type { BackendCallContext, ChatBackend } from './chat-backend.port.js';
import { ChatStreamReader } from './wire/chat-stream-reader.js';
import { PacedListener } from './wire/paced-listener.js';
import { StreamPacer } from './wire/stream-pacer.js';
import { repairFailedGeneration } from './errors/repair-failed-generation.js';

/** Speaks to a Chat Completions backend over HTTP. */
@Injectable()
export class BackendClient implements ChatBackend {
  constructor(private readonly pacer: StreamPacer) {}

  stream(request: ChatRequest, context: BackendCallContext): Observable<ChatChunk[]> {
    const { calls, dialects, http, settings } = context.backend;
    const dialect = dialects.forModel(request.model);
    return new Observable((subscriber) => {
      const reader = new ChatStreamReader(subscriber, {
        maxLineBytes: settings.limits.streamLineBytes,
        apiKey: calls.secrets.and(calls.keyFor(context)),
        eraser: calls.secrets.newEraser(),
        chunkEraser: calls.secrets.newChunkEraser(),
        overflowPatterns: dialect.overflowPatterns,
        repair: dialect.toolCallRescue
          ? (body) => repairFailedGeneration(body, offeredTools(request.tools ?? []))
          : undefined,
        onStatus: context.onStatus,
        release: () => {
          exchange.release();
        },
      });
      const call = calls.chat(request.model, JSON.stringify(request), context);
      const paced = new PacedListener(reader, this.pacer);
      const exchange = http.start(call, paced);
      context.flow.attach(exchange);
      return () => {
        paced.drop();
        exchange.abort();
      };
    });
  }
}
