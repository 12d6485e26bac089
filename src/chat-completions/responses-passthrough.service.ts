import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asRecord, nonEmptyText } from '../common/json.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { callerOf } from '../responses/backend/calls/backend-calls.js';
import { Backends } from '../responses/backend/routes/backends.service.js';
import { affinityKey } from '../responses/pipeline/affinity-key.js';
import { Relay } from './relay.service.js';
import { bodyOf } from './relayed-request.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Holds the decompressed body where it may go on as it is. */
    bodyBytes?: Buffer;
  }
}

/**
 * Serves POST /v1/responses for models whose backends have `passthrough`: the client's bytes go there, and the answer's come back. Nothing
 * of it is translated or stored here; keys, limits, books, routes and fallback are those of every request.
 */
@Injectable()
export class ResponsesPassthrough {
  constructor(
    private readonly backends: Backends,
    private readonly relay: Relay,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Tells, before the body is read, whether it may go on as it is. */
  mayTake({ method, routeOptions }: FastifyRequest): boolean {
    const isCreation = method === 'POST' && routeOptions.url === '/v1/responses';
    return isCreation && this.backends.all.some(({ settings }) => settings.backend.passthrough);
  }

  /** Gives false for a request of another model. Rejects with ApiError while nothing of the answer has been sent. */
  async forward(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const { bodyBytes: bytes } = request;
    const body = asRecord(request.body);
    const model = nonEmptyText(body?.model);
    if (bytes === undefined || body === undefined || model === undefined) return false;
    if (this.backends.firstTarget(model)?.backend.settings.backend.passthrough !== true)
      return false;
    const caller = callerOf(request, this.settings);
    const { prompt_cache_key, input } = body;
    const plan = this.backends.plan({
      model,
      caller,
      conversation: () => affinityKey({ prompt_cache_key, input }),
    });
    Object.assign(request.outcome, { model, stream: body.stream === true });
    // Of two models in one body backends may read the other one.
    const isBound = caller.models !== undefined;
    const bodyFor = bodyOf(bytes, body, { named: model, isBound });
    await this.relay.send(request, reply, { plan, model, api: 'responses', bodyFor, names: [] });
    return true;
  }
}
