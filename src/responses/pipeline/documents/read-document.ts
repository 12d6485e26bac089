import { Worker } from 'node:worker_threads';
import { overloaded } from '../../../common/gate-errors.js';
import type { DocumentText } from '../../translator/document-text.js';

const MOST_MS = 15_000;
/** Unpacked streams are beyond the heap of a thread, so that the process as a whole is looked at: it may grow by so much. */
const GROWTH_BYTES = 512 * 1024 * 1024;
const LOOK_MS = 25;
const MOST_CHARACTERS = 1_000_000;
/** One document is read at a time, so that it is known whose memory grows; a request waits with one at a time. */
const MOST_WAITING = 16;
const retryAfterSeconds = 5;

/** The worker stands beside this file, compiled as it is or not. */
const program = new URL(`./document.worker${import.meta.url.slice(-3)}`, import.meta.url);

let isWorking = false;
const waiting: (() => void)[] = [];

/** Reads the text of a PDF, docx, xlsx or pptx in a thread of its own. @throws ApiError 503 where too many wait for it. */
export async function readDocument(
  base64: string,
  mostBytes = GROWTH_BYTES,
): Promise<DocumentText> {
  if (waiting.length >= MOST_WAITING) throw overloaded(retryAfterSeconds);
  if (isWorking) await new Promise<void>((resolve) => waiting.push(resolve));
  isWorking = true;
  try {
    return await inWorker(base64, mostBytes);
  } finally {
    isWorking = waiting.length > 0;
    waiting.shift()?.();
  }
}

function inWorker(base64: string, mostBytes: number): Promise<DocumentText> {
  return new Promise((resolve) => {
    const worker = new Worker(program, {
      workerData: { base64, mostCharacters: MOST_CHARACTERS },
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    const give = (read: DocumentText): void => {
      clearTimeout(timer);
      clearInterval(looking);
      worker.removeAllListeners();
      // Its memory is free only then.
      void worker.terminate().then(() => {
        resolve(read);
      });
    };
    const fail = (problem: string): void => {
      give({ text: '', isCut: false, problem });
    };
    const timer = setTimeout(() => {
      fail('it takes too long to read');
    }, MOST_MS);
    const before = process.memoryUsage.rss();
    const looking = setInterval(() => {
      if (process.memoryUsage.rss() - before > mostBytes) fail('it takes too much memory to read');
    }, LOOK_MS);
    worker.once('message', give);
    for (const event of ['error', 'exit']) {
      worker.once(event, () => {
        fail('it cannot be read');
      });
    }
  });
}
