import type { IncomingHttpHeaders } from 'node:http';
import type { CallerAccount } from './caller-account.port.js';

/** Says who is calling. */
export const CALLER = Symbol('CALLER');

/** Gives the one that a plugin has, as a list of at most one. */
export const OWN_CALLER = Symbol('OWN_CALLER');

/** These parts of a request may tell who sent it. */
export interface CallerRequest {
  headers: IncomingHttpHeaders;
  /** The address of whoever opened the connection. */
  ip: string;
}

/** Says who is calling, and what they may do. */
export interface CallerIdentity {
  /** What is stored belongs to it: the same for all requests of a caller. It is hashed before it is kept. */
  id: string;
  /** May be shown: hooks get it as `callerName`. */
  name?: string;
  /** Backends that take clients' keys are called with it. Where it is not said, the caller has none. */
  backendKey?: string;
  /** The caller may ask for these models alone, by the names that it sends. */
  models?: readonly string[];
  /** Stands in place of RATE_LIMIT_PER_MINUTE for this caller; 0 sets no limit. */
  requestsPerMinute?: number;
  /** Is told of what the caller uses, and may refuse more. */
  account?: CallerAccount;
}

/**
 * Is asked once for each request to `/v1`, before its body is read, and for each turn of a WebSocket with the headers of its
 * handshake. What it throws refuses the request: an ApiError or HttpException with its own status, anything else as a 500.
 */
export interface CallerResolver {
  identify(request: CallerRequest): CallerIdentity | Promise<CallerIdentity>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** It is there for all requests to the API that were let in. */
    identity: CallerIdentity | undefined;
  }
}
