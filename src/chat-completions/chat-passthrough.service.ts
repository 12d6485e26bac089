import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requireApiKey } from '../common/api-key.js';
import { decompress, isCompressed } from '../common/content-encoding.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { backendRequestHeaders, pickHeaders } from '../responses/backend/backend-headers.js';
import { BackendHttp, type BackendCall } from '../responses/backend/backend-http.js';
import { BACKEND_DIALECT } from '../responses/backend/dialects/resolve-dialect.js';
import type { BackendDialect } from '../responses/translator/dialect.js';
import { relayAnswer } from './relay-answer.js';

/** What an answer depends on; everything else of the client's headers has to be allow-listed. */
const contentHeaders = ['content-type', 'accept', 'accept-encoding'];

/** POST /v1/chat/completions: the bytes go to the backend and its answer comes back, both as they are. */
@Injectable()
export class ChatPassthroughService {
  constructor(
    private readonly http: BackendHttp,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(BACKEND_DIALECT) private readonly dialect: BackendDialect,
  ) {}

  /** Rejects with ApiError while nothing of the answer has been sent. */
  async forward(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const call: BackendCall = {
      method: 'POST',
      url: this.settings.backend.url,
      headers: this.headers(request),
      body: await this.body(request),
      decode: false,
    };
    await relayAnswer((listener) => this.http.start(call, listener), request.outcome, reply);
  }

  private headers(request: FastifyRequest): Record<string, string> {
    const { url, hostHeader, forwardHeaders } = this.settings.backend;
    return backendRequestHeaders({
      apiKey: requireApiKey(request.headers, url),
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
