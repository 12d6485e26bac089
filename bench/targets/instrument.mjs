import process from 'node:process';

/** Tells what memory is in use, without garbage. It is loaded into a server beside its own code (`--import`, with `--expose-gc`). */
process.on('message', (question) => {
  if (question !== 'memory') return;
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({ used: heapUsed + external, rss });
});
// The channel alone must not keep a stopped server alive.
process.channel?.unref();
