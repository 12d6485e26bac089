import { setFlagsFromString } from 'node:v8';

/** Sets V8 up for a service whose code runs once for each request (docs/performance.md says what each gave). */
export function tuneEngine(): void {
  // After a few long answers V8 takes the objects of short ones for long-lived and allocates them in the old generation. Dead, they
  // keep alive whatever they point to: collections of garbage then take ten times as long.
  setFlagsFromString('--no-allocation-site-pretenuring');
  // V8 compiles a function for good after 3,000 calls, and waits for 500 more whenever it met a new kind of object. What a request
  // calls once would be slow for the first 12,000 requests of a process.
  setFlagsFromString('--invocation-count-for-maglev=100');
  setFlagsFromString('--invocation-count-for-turbofan=800');
  setFlagsFromString('--minimum-invocations-after-ic-update=100');
  // Behind quiet seconds V8 lets its heap grow by a fifth only before it collects all of it again. With a full store that was every
  // 3,000 requests, and a quarter of their cost.
  setFlagsFromString('--heap-growing-percent=50');
}
