import type { ConversationStore } from './conversation-store.port.js';
import type { CounterStore } from './counter-store.port.js';
import type { FileStore } from './file-store.port.js';
import type { ResponseRecordStore } from './response-record-store.port.js';
import type { RunStore } from './run-store.port.js';

const responses: Record<keyof ResponseRecordStore, true> = {
  begin: true,
  update: true,
  finish: true,
  find: true,
  delete: true,
  chain: true,
  findItems: true,
  findThoughts: true,
};

const conversations: Record<keyof ConversationStore, true> = {
  create: true,
  find: true,
  setMetadata: true,
  delete: true,
  append: true,
  page: true,
  items: true,
  findItem: true,
  deleteItem: true,
};

const runs: Record<keyof RunStore, true> = {
  append: true,
  read: true,
  watch: true,
  renewLease: true,
  endLease: true,
  orphans: true,
};

const counters: Record<keyof CounterStore, true> = { add: true, read: true };

const files: Record<Exclude<keyof FileStore, 'pieceBytes'>, true> = {
  begin: true,
  append: true,
  finish: true,
  find: true,
  page: true,
  read: true,
  delete: true,
};

/** Names every call of a store as its failures are counted: the ports' methods, which the types keep complete. */
export const storeOperations: readonly string[] = [
  ...Object.entries({ responses, conversations, runs, counters, files }).flatMap(
    ([part, methods]) => Object.keys(methods).map((method) => `${part}.${method}`),
  ),
  'ping',
  'sweep',
];
