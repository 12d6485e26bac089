import { Observable } from 'rxjs';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { BackendCallContext } from './chat-backend.port.js';
import type { BackendCall } from './wire/backend-http.js';
import { ChatStreamReader, type ReaderOptions } from './wire/chat-stream-reader.js';
import { PacedListener } from './wire/paced-listener.js';
import type { StreamPacer } from './wire/stream-pacer.js';

interface StreamedCall extends Pick<ReaderOptions, 'repair' | 'form' | 'chunkEraser'> {
  model: string;
  /** Makes the call when somebody subscribes. */
  call: () => BackendCall;
}

/** Makes a cold stream of one call: subscribing makes it, and unsubscribing aborts it. */
export function backendStream(
  { backend, onStatus, flow, ...caller }: BackendCallContext,
  pacer: StreamPacer,
  { model, call, ...reading }: StreamedCall,
): Observable<ChatChunk[]> {
  const { calls, dialects, http, settings } = backend;
  return new Observable((subscriber) => {
    const reader = new ChatStreamReader(subscriber, {
      maxLineBytes: settings.limits.streamLineBytes,
      apiKey: calls.secrets.and(calls.keyFor(caller)),
      eraser: calls.secrets.newEraser(),
      ...reading,
      overflowPatterns: dialects.forModel(model).overflowPatterns,
      onStatus,
      release: () => {
        exchange.release();
      },
    });
    const paced = new PacedListener(reader, pacer);
    const exchange = http.start(call(), paced);
    flow.attach(exchange);
    return () => {
      paced.drop();
      exchange.abort();
    };
  });
}
