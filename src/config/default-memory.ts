import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/**
 * Clients may have this share. The rest is for the process itself, for what is not counted, and for garbage that is not collected
 * yet.
 */
const shareOfMachine = 0.4;
const shareOfHeap = 0.7;

/** A store in memory may have this part of the heap, which is missing for what clients hold. */
const storeShareOfHeap = 0.25;
const shareBesideStore = 0.55;

const memoryStore = 'memory:';

/**
 * Says what clients may make the process hold where MAX_MEMORY_MB does not, in bytes: of the container's limit, or of the machine
 * where there is none, divided among the workers; never more than fits into the JavaScript heap, where much of it is.
 */
export function defaultMemoryBytes(workers: number, storeUrl: string): number {
  const container = process.constrainedMemory();
  const machine = totalmem();
  const available = container > 0 ? Math.min(container, machine) : machine;
  const heap = getHeapStatistics().heap_size_limit;
  const share = storeUrl === memoryStore ? shareBesideStore : shareOfHeap;
  return Math.floor(Math.min((available * shareOfMachine) / workers, heap * share));
}

export interface StoreBytes {
  /** Responses and conversations may take so many bytes. */
  records: number;
  /** Files may have so many bytes. */
  files: number;
}

/** Files in memory are Base64, which a seal turns into Base64 again. */
const heldPerByte = { plain: 4 / 3, sealed: 16 / 9 };

/**
 * Bounds a store in memory by the heap, whatever STORE_MAX_BYTES and MAX_TOTAL_FILE_BYTES allow: a full heap ends the process.
 * Files may have half of its part, and the rest is for what else is kept.
 */
export function storeBytesWithin(
  wanted: StoreBytes,
  storeUrl: string,
  sealed: boolean,
  heap = getHeapStatistics().heap_size_limit,
): StoreBytes {
  if (storeUrl !== memoryStore) return wanted;
  const part = heap * storeShareOfHeap;
  const perByte = sealed ? heldPerByte.sealed : heldPerByte.plain;
  const files = Math.min(wanted.files, part / 2 / perByte);
  const records = Math.min(wanted.records, part - files * perByte);
  return { records: Math.floor(records), files: Math.floor(files) };
}
