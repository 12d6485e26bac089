import { Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { ResponsesRequest } from '../../contracts/backend-request.js';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { BackendCallContext } from './chat-backend.port.js';
import { backendStream } from './backend-stream.js';
import { responsesForm } from './wire/stream-form.js';
import { StreamPacer } from './wire/stream-pacer.js';

/** Speaks to a backend that has the Responses API itself, as `BackendClient` does to the others. Its chunks are events. */
@Injectable()
export class ResponsesBackend {
  constructor(private readonly pacer: StreamPacer) {}

  stream(request: ResponsesRequest, context: BackendCallContext): Observable<ChatChunk[]> {
    const { calls } = context.backend;
    return backendStream(context, this.pacer, {
      model: request.model,
      call: () => calls.responses(request.model, JSON.stringify(request), context),
      form: responsesForm,
      chunkEraser: calls.secrets.newDeltaEraser(),
    });
  }
}
