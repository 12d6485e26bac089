import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, fromEvent, lastValueFrom, takeUntil } from 'rxjs';
import { keyForBackend } from '../common/api-key.js';
import { decompress, isCompressed } from '../common/content-encoding.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { StreamLimiter } from '../gate/stream-limiter.js';
import type {
  BackendExchange,
  BackendListener,
} from '../responses/backend/wire/backend-exchange.js';
import { backendRequestHeaders, pickHeaders } from '../responses/backend/wire/backend-headers.js';
import { KeyEraser } from '../responses/backend/wire/key-eraser.js';
import { BackendHttp, type BackendCall } from '../responses/backend/wire/backend-http.js';
import { BACKEND_DIALECT } from '../responses/backend/dialects/resolve-dialect.js';
import { BackendBreaker } from '../responses/backend/layers/backend-breaker.service.js';
import { watchExchange } from '../responses/backend/layers/watch-exchange.js';
import type { BackendDialect } from '../responses/translator/dialect.js';
import { relayAnswer } from './relay-answer.js';

/** What an answer depends on; everything else of the client's headers has to be allow-listed. */
const contentHeaders = ['content-type', 'accept', 'accept-encoding'];

/**
 * POST /v1/chat/completions: the bytes go to the backend and its answer comes back, both as they are. The limits and
 * the breaker are those of /v1/responses.
 */
@Injectable()
export class ChatPassthroughService {
  constructor(
    private readonly http: BackendHttp,
    private readonly limiter: StreamLimiter,
    private readonly breaker: BackendBreaker,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(BACKEND_DIALECT) private readonly dialect: BackendDialect,
  ) {}

  /** Rejects with ApiError while nothing of the answer has been sent. */
  async forward(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const eraser = this.eraser();
    const call: BackendCall = {
      method: 'POST',
      url: this.settings.backend.url,
      headers: {
        ...this.headers(request),
        ...(eraser === undefined ? {} : { 'accept-encoding': 'identity' }),
      },
      body: await this.body(request),
      decode: eraser !== undefined,
    };
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

  /** Clients with a key of the proxy's must never see the operator's, which a backend may quote. */
  private eraser(): KeyEraser | undefined {
    const { access, backend } = this.settings;
    if (access.keyDigests.length === 0 || backend.apiKey === undefined) return undefined;
    return new KeyEraser(backend.apiKey);
  }

  private headers(request: FastifyRequest): Record<string, string> {
    const { hostHeader, forwardHeaders } = this.settings.backend;
    return backendRequestHeaders({
      apiKey: keyForBackend(request.headers, this.settings),
      apiKeyHeader: this.dialect.apiKeyHeader,
      hostHeader,
      forwarded: pickHeaders(request.headers, [...contentHeaders, ...forwardHeaders]),
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
