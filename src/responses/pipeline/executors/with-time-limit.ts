import { ToolFailure } from './tool-executor.port.js';

/**
 * Rejects when the work is not done in time, or when the outer signal is aborted, whether the work heeds its own signal or
 * not. What it brings afterwards is dropped.
 * @param limitMs 0 or less is over at once, and the work does not begin.
 */
export async function withTimeLimit<Result>(
  limitMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (limitMs <= 0) throw new ToolFailure(OUT_OF_TIME);
  outer.throwIfAborted();
  const controller = new AbortController();
  let stop: (reason: ToolFailure) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = (reason) => {
      reject(reason);
      controller.abort(reason);
    };
  });
  const timer = setTimeout(() => {
    stop(new ToolFailure(OUT_OF_TIME));
  }, limitMs);
  const leave = (): void => {
    stop(new ToolFailure('The response is over.'));
  };
  outer.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work(controller.signal), stopped]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', leave);
  }
}

const OUT_OF_TIME = 'The tool took too long.';
