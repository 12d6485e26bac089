import type { FastifyInstance } from 'fastify';
import type { ChatBackend } from './chat-backend.port.js';

export const TRACING = Symbol('TRACING');

/** Traces, or undefined under TRACING while they are off. */
export interface Tracing {
  /** A span for each request; what the request goes on to call belongs to it. */
  watchRequests(server: FastifyInstance): void;
  /** A span for each call. */
  watchBackend(backend: ChatBackend): ChatBackend;
  /** Sends what is recorded. */
  shutdown(): Promise<void>;
}
