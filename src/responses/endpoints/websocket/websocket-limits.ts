/** Times in milliseconds. */
export interface WebsocketLimits {
  /** Of a connection. Source: Open Responses, "WebSocket": at most 60 minutes. */
  maxAgeMs: number;
  /** Without a turn. */
  idleMs: number;
  pingMs: number;
  /** Messages that wait for their turn, of one connection. */
  queuedTurns: number;
  /** Lanes (`stream_id`) that are answered at the same time. */
  lanes: number;
  /** Bytes that wait for the client, before the backend is paused. */
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
