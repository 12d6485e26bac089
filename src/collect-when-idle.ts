import { performance as eventLoop } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The process is looked at so often. */
const lookEveryMs = 15_000;

/** An event loop that works for so small a part of its time is idle: no stream of note feels a pause. */
const idleBelow = 0.05;

/** A pause of some 50 ms is worth so much memory. */
const worthBytes = 48 * 1024 * 1024;

/** Tells how busy the process was since the last look, from 0 to 1, and how much memory its heap takes. */
export interface ProcessState {
  utilization: () => number;
  heapBytes: () => number;
  collect: () => void;
}

/**
 * Gives memory back after a rush. V8 collects garbage when it needs room, so a process that has nothing to do any more keeps what
 * its busiest second took: half a gigabyte after 2,000 streams at once. While it is idle a full collection disturbs nobody.
 * @returns what is to be called from time to time.
 */
export function idleCollector({ utilization, heapBytes, collect }: ProcessState): () => void {
  let keptBytes = 0;
  return () => {
    if (utilization() >= idleBelow || heapBytes() < keptBytes + worthBytes) return;
    collect();
    keptBytes = heapBytes();
  };
}

/** Looks for as long as the process lives, and keeps it from nothing. */
export function collectWhenIdle(): void {
  // V8 has the function in every context that is made after the flag is set.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  let before = eventLoop.eventLoopUtilization();
  const look = idleCollector({
    utilization: () => {
      const now = eventLoop.eventLoopUtilization();
      const { utilization } = eventLoop.eventLoopUtilization(now, before);
      before = now;
      return utilization;
    },
    heapBytes: () => getHeapStatistics().total_heap_size,
    collect,
  });
  setInterval(look, lookEveryMs).unref();
}
