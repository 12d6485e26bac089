import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { extractApiKey } from '../common/api-key.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Tells callers apart, for what one of them may take at most; see Callers. Empty outside of the API. */
    caller: string;
  }
}

/** Names callers by their key, or by their address where there is none. */
@Injectable()
export class Callers {
  // A key is never kept, not even in memory, and a plain hash of a short one could be guessed.
  private readonly secret = randomBytes(32);

  /** The same for all requests of a caller, for as long as this process lives. */
  nameOf(request: FastifyRequest): string {
    const caller = extractApiKey(request.headers) ?? request.ip;
    return createHmac('sha256', this.secret).update(caller).digest('base64');
  }
}
