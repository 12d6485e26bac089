import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiError } from '../common/api-error.js';
import { overloaded, shuttingDown } from '../common/gate-errors.js';
import { LoadMetrics, type RefusalReason } from '../metrics/load.metrics.js';
import { callsModel } from './api-route.js';
import { Callers } from './callers.service.js';
import { DrainService } from './drain.service.js';
import { StreamLimiter } from './stream-limiter.js';

/** Decides on API requests before their body is read: what is refused here costs next to nothing. */
@Injectable()
export class AdmissionService {
  constructor(
    private readonly callers: Callers,
    private readonly drain: DrainService,
    private readonly limiter: StreamLimiter,
    private readonly metrics: LoadMetrics,
  ) {}

  /** Gives the error to answer with, or undefined for a request that may come in. */
  refusal(request: FastifyRequest): ApiError | undefined {
    if (this.drain.isDraining) return this.count('draining', shuttingDown());
    const { identityError } = request;
    if (identityError !== undefined) return this.count('key', identityError);
    if (callsModel(request) && this.limiter.isFullFor(request.caller))
      return this.count('overloaded', overloaded(1));
    return undefined;
  }

  /** Counts a request for the limits of its caller, and tells the client of them. @throws ApiError 429 where one is reached. */
  async checkLimits({ identity }: FastifyRequest, reply?: FastifyReply): Promise<void> {
    const account = identity?.account;
    if (account === undefined) return;
    try {
      await account.admit();
    } catch (error) {
      this.metrics.requestRefused('limit');
      throw error;
    } finally {
      void reply?.headers(account.headers());
    }
  }

  /**
   * Checks a turn of a WebSocket, which is no request of its own: its key may be gone since, and limits reached.
   * @throws ApiError as CALLER does, and 429.
   */
  async checkTurn(request: FastifyRequest): Promise<void> {
    await this.callers.identify(request);
    const { identityError } = request;
    if (identityError !== undefined) throw this.count('key', identityError);
    await this.checkLimits(request);
  }

  private count(reason: RefusalReason, error: ApiError): ApiError {
    this.metrics.requestRefused(reason);
    return error;
  }
}
