import { describe, expect, it } from '@jest/globals';
import { idleCollector } from './collect-when-idle.js';

const megabyte = 1024 * 1024;

/** Makes a process whose collections leave 60 MB, and counts them. */
function fakeProcess(): { look: () => void; state: { load: number; heap: number; count: number } } {
  const state = { load: 0, heap: 100 * megabyte, count: 0 };
  const look = idleCollector({
    utilization: () => state.load,
    heapBytes: () => state.heap,
    collect: () => {
      state.heap = 60 * megabyte;
      state.count += 1;
    },
  });
  return { look, state };
}

describe('idleCollector', () => {
  it('collects what a rush has left once the process has been idle for a while, and not again before there is more', () => {
    const { look, state } = fakeProcess();
    expect(state.count).toBe(1); // What the start has left goes before there is any load.
    state.heap = 400 * megabyte;
    for (let seen = 0; seen < 20; seen++) {
      state.load = seen % 4 === 3 ? 0.6 : 0.01;
      look();
    }
    expect(state.count).toBe(1);
    state.load = 0.01;
    for (let seen = 0; seen < 20; seen++) look();
    expect(state.count).toBe(2);
  });

  it('does not collect what requests leave that come one after the other', () => {
    const { look, state } = fakeProcess();
    state.heap = 240 * megabyte;
    for (let seen = 0; seen < 20; seen++) look();
    expect(state.count).toBe(1);
  });
});
