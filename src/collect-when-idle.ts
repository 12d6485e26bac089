import { performance as eventLoop } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The process is looked at so often. */
const lookEveryMs = 10_000;

/** An event loop that works for so small a part of its time is idle: no stream of note feels a pause. */
const idleBelow = 0.05;

/** It is idle for good when it was so at so many looks in a row. */
const idleLooks = 4;

/**
 * So much memory is worth a collection. It takes some 0.3 s, and what the engine has compiled goes with the objects that it
 * was compiled for: the next thousands of requests cost up to five times of those before. The garbage of requests that come one
 * after the other is less.
 */
const worthBytes = 192 * 1024 * 1024;

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
  collect();
  let keptBytes = heapBytes();
  let looks = 0;
  return () => {
    looks = utilization() < idleBelow ? looks + 1 : 0;
    if (looks < idleLooks || heapBytes() < keptBytes + worthBytes) return;
    collect();
    keptBytes = heapBytes();
  };
}

/** Looks for as long as the process lives, and keeps it from nothing. */
export function collectWhenIdle(): void {
  // V8 itself collects behind eight quiet seconds, however little there is to gain.
  setFlagsFromString('--memory-reducer-gc-count=0');
  // V8 has the function in every context that is made after the flag is set.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
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
    // Another flavor keeps the room that the young generation has grown to.
    collect: () => {
      collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    },
  });
  setInterval(look, lookEveryMs).unref();
}
