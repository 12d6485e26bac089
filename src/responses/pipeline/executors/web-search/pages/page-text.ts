import { Worker } from 'node:worker_threads';
import { ToolFailure } from '../../tool-executor.port.js';

/** Holds what can be read of a page. */
export interface PageText {
  title: string;
  lines: readonly string[];
  /** The text names a link by its number here, as `[0]`. */
  links: readonly string[];
}

const MOST_MS = 5_000;
/** So many pages are read at the same time; others wait. */
const MOST_WORKERS = 2;
const MOST_WAITING = 64;
const MOST_CHARACTERS = 2_000_000;

/** The worker stands beside this file, compiled as it is or not. */
const program = new URL(`./page.worker${import.meta.url.slice(-3)}`, import.meta.url);

let working = 0;
const waiting: (() => void)[] = [];

/** Extracts the text of a page in a thread, which is ended after five seconds. @throws ToolFailure in words for the model. */
export async function extractPage(html: string, url: string): Promise<PageText> {
  if (waiting.length >= MOST_WAITING) throw new ToolFailure('Too many pages are being read.');
  if (working >= MOST_WORKERS) await new Promise<void>((resolve) => waiting.push(resolve));
  working += 1;
  try {
    return await inWorker(html.slice(0, MOST_CHARACTERS), url);
  } finally {
    working -= 1;
    waiting.shift()?.();
  }
}

function inWorker(html: string, url: string): Promise<PageText> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, {
      workerData: { html, url },
      env: {},
      execArgv: [],
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    const give = (settle: () => void): void => {
      clearTimeout(timer);
      void worker.terminate();
      settle();
    };
    const fail = (): void => {
      give(() => {
        reject(new ToolFailure('The page cannot be read.'));
      });
    };
    const timer = setTimeout(fail, MOST_MS);
    worker.once('message', (page: PageText) => {
      give(() => {
        resolve(page);
      });
    });
    worker.once('error', fail);
    worker.once('exit', fail);
  });
}
