import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, fromEvent, lastValueFrom, takeUntil } from 'rxjs';
import { decompress, isCompressed } from '../common/content-encoding.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { StreamLimiter } from '../gate/stream-limiter.js';
import type {
  BackendExchange,
  BackendListener,
} from '../responses/backend/wire/backend-exchange.js';
import { BackendCalls } from '../responses/backend/backend-calls.service.js';
import { BackendHttp } from '../responses/backend/wire/backend-http.js';
import { BackendBreaker } from '../responses/backend/layers/backend-breaker.service.js';
import { watchExchange } from '../responses/backend/layers/watch-exchange.js';
import { relayAnswer } from './relay-answer.js';

/**
 * POST /v1/chat/completions: the bytes go to the backend and its answer comes back, both as they are. The limits and
 * the breaker are those of /v1/responses.
 */
@Injectable()
export class ChatPassthroughService {
  constructor(
    private readonly http: BackendHttp,
    private readonly calls: BackendCalls,
    private readonly limiter: StreamLimiter,
    private readonly breaker: BackendBreaker,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Rejects with ApiError while nothing of the answer has been sent. */
  async forward(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { eraser } = this.calls;
    const call = this.calls.relay(await this.body(request), request.headers);
    const relayed = defer(async () => {
      const breakerCall = this.breaker.begin();
      const start = (listener: BackendListener): BackendExchange =>
        this.http.start(call, watchExchange(listener, breakerCall));
      await relayAnswer(start, request.outcome, reply, eraser);
      breakerCall.abandoned();
    });
    const clientLeft = fromEvent(reply.raw, 'close');
    await lastValueFrom(this.limiter.hold(relayed).pipe(takeUntil(clientLeft)), {
      defaultValue: undefined,
    });
  }

  /** Hardly any backend takes a compressed body, so the bytes are those that the client compressed. */
  private async body(request: FastifyRequest): Promise<Buffer> {
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const encoding = request.headers['content-encoding'];
    return isCompressed(encoding)
      ? decompress(bytes, encoding, this.settings.limits.bodyBytes)
      : bytes;
  }
}
