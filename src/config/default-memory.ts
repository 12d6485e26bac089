import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/**
 * Clients may have this share. The rest is for the process itself, for what is not counted, and for garbage that is not collected
 * yet.
 */
const shareOfMachine = 0.4;
const shareOfHeap = 0.7;

/**
 * Says what clients may make the process hold where MAX_MEMORY_MB does not, in bytes: of the container's limit, or of the machine
 * where there is none, divided among the workers; never more than fits into the JavaScript heap, where much of it is.
 */
export function defaultMemoryBytes(workers: number): number {
  const container = process.constrainedMemory();
  const machine = totalmem();
  const available = container > 0 ? Math.min(container, machine) : machine;
  const heap = getHeapStatistics().heap_size_limit;
  return Math.floor(Math.min((available * shareOfMachine) / workers, heap * shareOfHeap));
}
