import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiError } from '../common/api-error.js';
import { extractApiKey } from '../common/api-key.js';
import { missingApiKey } from '../common/error-table.js';
import { invalidApiKey, overloaded, shuttingDown } from '../common/gate-errors.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { LoadMetrics, type RefusalReason } from '../metrics/load.metrics.js';
import { callsModel } from './api-route.js';
import { DrainService } from './drain.service.js';
import { StreamLimiter } from './stream-limiter.js';

/** Decides on API requests before their body is read: what is refused here costs next to nothing. */
@Injectable()
export class AdmissionService {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly drain: DrainService,
    private readonly limiter: StreamLimiter,
    private readonly metrics: LoadMetrics,
  ) {}

  /** Gives the error to answer with, or undefined for a request that may come in. */
  refusal(request: FastifyRequest): ApiError | undefined {
    if (this.drain.isDraining) return this.count('draining', shuttingDown());
    const keyError = this.checkKey(request);
    if (keyError !== undefined) return this.count('key', keyError);
    if (callsModel(request) && this.limiter.isFullFor(request.caller))
      return this.count('overloaded', overloaded(1));
    return undefined;
  }

  /** Checks a turn of a WebSocket, which is no request of its own: its key may be gone since. @throws ApiError 401. */
  checkTurn(request: FastifyRequest): void {
    const keyError = this.checkKey(request);
    if (keyError !== undefined) throw this.count('key', keyError);
  }

  private checkKey(request: FastifyRequest): ApiError | undefined {
    const { keyDigests } = this.settings.access;
    if (keyDigests.length === 0) return undefined;
    const key = extractApiKey(request.headers);
    if (key === undefined) return missingApiKey();
    const digest = createHash('sha256').update(key).digest();
    // All keys are compared, so that the time tells nothing.
    const matches = keyDigests.map((known) => timingSafeEqual(known, digest));
    return matches.includes(true) ? undefined : invalidApiKey();
  }

  private count(reason: RefusalReason, error: ApiError): ApiError {
    this.metrics.requestRefused(reason);
    return error;
  }
}
