import { Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { CLOCK, type Clock } from '../../../common/clock.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { BackendRequest } from '../../../contracts/backend-request.js';
import { DrainService } from '../../../gate/drain.service.js';
import { StreamLimiter } from '../../../gate/stream-limiter.js';
import { BackendMetrics } from '../../../metrics/backend.metrics.js';
import {
  CHAT_BACKEND,
  type AnyBackend,
  type BackendCallContext,
  type ChatBackend,
} from '../chat-backend.port.js';
import { isResponsesRequest } from '../../translator/backend-request.js';
import { ResponsesBackend } from '../responses-backend.client.js';
import { TRACING, type Tracing } from '../tracing.port.js';
import { layered, type BackendLayer } from './backend-layer.js';
import { answerWithinLayer } from './answer-within.layer.js';
import { meteredLayer } from './metered.layer.js';
import { retryLayer } from './retry.layer.js';
import { watchedLayer } from './watched.layer.js';

/**
 * Puts around a backend, whatever it is, what an outage needs. The use cases call this one. Unsubscribing leaves the line, ends
 * the wait for an attempt, or aborts the call.
 */
@Injectable()
export class ResilientBackend implements AnyBackend {
  private readonly backend: AnyBackend;

  constructor(
    @Inject(CHAT_BACKEND) chat: ChatBackend,
    responses: ResponsesBackend,
    @Inject(TRACING) tracing: Tracing | undefined,
    @Inject(CLOCK) clock: Clock,
    private readonly limiter: StreamLimiter,
    private readonly drain: DrainService,
    metrics: BackendMetrics,
  ) {
    const layers: readonly BackendLayer[] = [
      meteredLayer(),
      retryLayer({ clock, metrics }),
      (next) => ({
        stream: (request, context) => context.backend.places.hold(next.stream(request, context)),
      }),
      watchedLayer(),
      (next) => tracing?.watchBackend(next) ?? next,
      answerWithinLayer(clock),
    ];
    const backend: AnyBackend = {
      stream: (request, context) =>
        isResponsesRequest(request)
          ? responses.stream(request, context)
          : chat.stream(request, context),
    };
    this.backend = layered(backend, layers);
  }

  /**
   * Gives what one request asks its place among those that run, which it keeps from one target to the next. It ends with an error
   * when the shutdown has waited long enough, and what comes later is never asked.
   */
  inLine<T>(answer: Observable<T>, caller: string): Observable<T> {
    const held = this.limiter.hold(answer, caller);
    return new Observable((subscriber) => {
      subscriber.add(
        this.drain.cutOff.subscribe({
          error: (error: unknown) => {
            subscriber.error(error);
          },
        }),
      );
      if (!subscriber.closed) held.subscribe(subscriber);
    });
  }

  stream(request: BackendRequest, context: BackendCallContext): Observable<ChatChunk[]> {
    return this.backend.stream(request, context);
  }
}
