import type { ServerResponse } from 'node:http';

/** Calls back once the reply is over: it was sent, or its client is gone; also when that was so already. Gives a way to stop. */
export function whenClosed(raw: ServerResponse, callback: () => void): () => void {
  if (raw.destroyed) {
    callback();
    return () => undefined;
  }
  raw.once('close', callback);
  return () => {
    raw.off('close', callback);
  };
}
