import type { ResponseStore } from '../store/response-store.port.js';
import type { RunChange } from '../store/run-store.port.js';
import { owner } from './store-records.js';

/** Watches a response; `next` resolves at such a change, also one that was told before. */
export async function watchChanges(
  store: ResponseStore,
  id: string,
): Promise<{ stop: () => void; next: (change: RunChange) => Promise<void> }> {
  const waiting = new Map<RunChange, () => void>();
  const seen = new Set<RunChange>();
  const stop = await store.runs.watch(owner, id, (change) => {
    seen.add(change);
    waiting.get(change)?.();
  });
  return {
    stop,
    next: (change: RunChange) =>
      new Promise<void>((resolve) => {
        if (seen.has(change)) resolve();
        else waiting.set(change, resolve);
      }),
  };
}
