import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Settings } from '../config/settings.js';
import { whatIsLost } from '../config/what-is-lost.js';
import { find, type Finding } from './finding.js';

const mebibyte = 1024 * 1024;

/** Looks at what the process has been given: its versions, open files, memory, and the secrets that outlive it. */
export async function checkMachine(settings: Settings): Promise<Finding[]> {
  const lost = whatIsLost(settings);
  return [
    await find('versions', () =>
      Promise.resolve(`node ${process.versions.node}, openssl ${process.versions.openssl}`),
    ),
    await find('open files', () => Promise.resolve(openFiles(settings.load.connections))),
    await find('memory', () => Promise.resolve(memory(settings.load.memoryBytes))),
    ...lost.map((detail): Finding => ({ check: 'secrets', result: 'warn', detail })),
  ];
}

function openFiles(connections: number): Omit<Finding, 'check'> {
  const report = process.report.getReport() as unknown as {
    userLimits?: { open_files?: { soft?: number | string } };
  };
  const soft = report.userLimits?.open_files?.soft;
  if (typeof soft !== 'number') return { result: 'ok', detail: soft ?? 'unknown' };
  // A client's connection may have one to the backend beside it.
  const result = soft < 2 * connections ? 'warn' : 'ok';
  const advice = result === 'warn' ? ': raise ulimit -n to twice that, or lower it' : '';
  return { result, detail: `${soft} for MAX_CONNECTIONS=${connections}${advice}` };
}

function memory(held: number): Omit<Finding, 'check'> {
  const container = process.constrainedMemory();
  const limit = container > 0 ? Math.min(container, totalmem()) : totalmem();
  const heap = getHeapStatistics().heap_size_limit;
  const [limitMb, heapMb, heldMb] = [limit, heap, held].map((bytes) =>
    Math.round(bytes / mebibyte),
  );
  const result = held > 0.7 * limit ? 'warn' : 'ok';
  const advice = result === 'warn' ? ': leave a third for the process itself' : '';
  const detail = `${limitMb} MiB, heap up to ${heapMb} MiB, clients may hold ${heldMb} MiB${advice}`;
  return { result, detail };
}
