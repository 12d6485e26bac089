import { Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { ChatRequest } from '../../contracts/chat/request.js';
import { offeredTools } from '../translator/stream/rescue/text-call-syntax.js';
import type { BackendCallContext, ChatBackend } from './chat-backend.port.js';
import { backendStream } from './backend-stream.js';
import { StreamPacer } from './wire/stream-pacer.js';
import { repairFailedGeneration } from './errors/repair-failed-generation.js';

/** Speaks to a Chat Completions backend over HTTP. */
@Injectable()
export class BackendClient implements ChatBackend {
  constructor(private readonly pacer: StreamPacer) {}

  stream(request: ChatRequest, context: BackendCallContext): Observable<ChatChunk[]> {
    const { calls, dialects } = context.backend;
    const { toolCallRescue } = dialects.forModel(request.model);
    return backendStream(context, this.pacer, {
      model: request.model,
      call: () => calls.chat(request.model, JSON.stringify(request), context),
      chunkEraser: calls.secrets.newChunkEraser(),
      repair: toolCallRescue
        ? (body) => repairFailedGeneration(body, offeredTools(request.tools ?? []))
        : undefined,
    });
  }
}
