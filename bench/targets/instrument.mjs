import process from 'node:process';

/** Loaded into a server beside its own code (`--import`, with `--expose-gc`): tells what memory is in use, without garbage. */
process.on('message', (question) => {
  if (question !== 'memory') return;
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({ used: heapUsed + external, rss });
});
// The channel alone must not keep a stopped server alive.
process.channel?.unref();
