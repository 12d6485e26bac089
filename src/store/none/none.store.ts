import type { Clock } from '../../common/clock.js';
import { MemoryCounters } from '../memory/memory-counters.js';
import type { ResponseStore } from '../response-store.port.js';

const nothing = Promise.resolve(undefined);
const no = Promise.resolve(false);

/** Keeps nothing, for `STORE_URL=none:`, but counts for this process. Whoever needs state looks at `keepsState` first. */
export const noneStore = (clock: Clock): ResponseStore => ({
  kind: 'none',
  keepsState: false,
  responses: {
    begin: () => nothing,
    update: () => no,
    finish: () => no,
    find: () => nothing,
    delete: () => no,
    chain: () => nothing,
    findItems: () => Promise.resolve(new Map()),
    findThoughts: () => Promise.resolve(new Map()),
  },
  conversations: {
    create: () => nothing,
    find: () => nothing,
    setMetadata: () => no,
    delete: () => no,
    append: () => no,
    page: () => nothing,
    items: () => nothing,
    findItem: () => nothing,
    deleteItem: () => no,
  },
  runs: {
    append: () => Promise.resolve('over'),
    read: () => nothing,
    watch: () => Promise.resolve(() => undefined),
    renewLease: () => no,
    endLease: () => nothing,
    orphans: () => Promise.resolve([]),
  },
  counters: new MemoryCounters(clock),
  ping: () => nothing,
  sweep: () => nothing,
  close: () => nothing,
});
