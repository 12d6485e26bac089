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
  private readonly keyDigests: readonly Buffer[];

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly drain: DrainService,
    private readonly limiter: StreamLimiter,
    private readonly metrics: LoadMetrics,
  ) {
    this.keyDigests = settings.access.keyDigests;
  }

  /** Gives the error to answer with, or undefined for a request that may come in. */
  refusal(request: FastifyRequest): ApiError | undefined {
    if (this.drain.isDraining) return this.count('draining', shuttingDown());
    const keyError = this.checkKey(request);
    if (keyError !== undefined) return this.count('key', keyError);
    if (callsModel(request) && this.limiter.isFullFor(request.caller))
      return this.count('overloaded', overloaded(1));
    return undefined;
  }

  private checkKey(request: FastifyRequest): ApiError | undefined {
    if (this.keyDigests.length === 0) return undefined;
    const key = extractApiKey(request.headers);
    if (key === undefined) return missingApiKey();
    const digest = createHash('sha256').update(key).digest();
    // All keys are compared, so that the time tells nothing.
    const matches = this.keyDigests.map((known) => timingSafeEqual(known, digest));
    return matches.includes(true) ? undefined : invalidApiKey();
  }

  private count(reason: RefusalReason, error: ApiError): ApiError {
    this.metrics.requestRefused(reason);
    return error;
  }
}
