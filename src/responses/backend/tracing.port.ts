import type { FastifyInstance } from 'fastify';
import type { AnyBackend } from './chat-backend.port.js';

export const TRACING = Symbol('TRACING');

/** Traces, or is undefined under TRACING while traces are off. */
export interface Tracing {
  /** Makes a span for each request; what the request goes on to call belongs to it. */
  watchRequests(server: FastifyInstance): void;
  /** Makes a span for each call. */
  watchBackend(backend: AnyBackend): AnyBackend;
  /** Sends what is recorded. */
  shutdown(): Promise<void>;
}
