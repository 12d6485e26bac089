import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { extractApiKey } from '../common/api-key.js';
import { isApiRoute } from './api-route.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Tells callers apart, for what one of them may take at most; see Callers. It is empty outside of the API. */
    caller: string;
  }
}

/** Names callers by their key, or by their address where there is none. */
@Injectable()
export class Callers {
  // A key is never kept, not even in memory, and a plain hash of a short one could be guessed.
  // As a key object it costs a tenth of the same bytes, which Node would import anew for each hash.
  private readonly secret = createSecretKey(randomBytes(32));

  addTo(server: FastifyInstance): void {
    server.decorateRequest('caller', '');
    server.addHook('onRequest', (request, _reply, done) => {
      // Health and metrics are asked often, and take nothing.
      if (isApiRoute(request) || request.method !== 'GET') request.caller = this.nameOf(request);
      done();
    });
  }

  /** Gives the same name to all requests of a caller, for as long as this process lives. */
  private nameOf(request: FastifyRequest): string {
    const caller = extractApiKey(request.headers) ?? request.ip;
    return createHmac('sha256', this.secret).update(caller).digest('base64');
  }
}
