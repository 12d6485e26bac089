/** All times are in milliseconds. */
export interface WebsocketLimits {
  /** A connection may live so long. Source: Open Responses 2026-04-24, "WebSocket": at most 60 minutes. */
  maxAgeMs: number;
  /** A connection may be without a turn so long. */
  idleMs: number;
  pingMs: number;
  /** So many messages of one connection may wait for their turn. */
  queuedTurns: number;
  /** So many lanes (`stream_id`) are answered at the same time. */
  lanes: number;
  /** So many bytes may wait for the client before the backend is paused. */
  bufferedBytes: number;
}

export const websocketLimits: WebsocketLimits = {
  maxAgeMs: 60 * 60 * 1000,
  idleMs: 15 * 60 * 1000,
  pingMs: 30_000,
  queuedTurns: 16,
  lanes: 8,
  bufferedBytes: 64 * 1024,
};
