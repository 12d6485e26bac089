import { ToolFailure } from './tool-executor.port.js';

/**
 * Rejects when the work is not done in time, or when the outer signal is aborted, whether the work heeds its own signal or
 * not. What it brings afterwards is dropped.
 * @param limitMs 0 or less is over at once, and the work does not begin.
 * @param work may say that it gets on: the limit begins anew then.
 * @param mostMs is the longest time of work that gets on.
 */
export async function withTimeLimit<Result>(
  limitMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal, getsOn: () => void) => Promise<Result>,
  mostMs = limitMs,
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
  const outOfTime = (): void => {
    stop(new ToolFailure(OUT_OF_TIME));
  };
  const timer = setTimeout(outOfTime, limitMs);
  const last = setTimeout(outOfTime, mostMs);
  let isOver = false;
  const getsOn = (): void => {
    // A timer that is cleared would be set again.
    if (!isOver && !controller.signal.aborted) timer.refresh();
  };
  const leave = (): void => {
    stop(new ToolFailure('The response is over.'));
  };
  outer.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work(controller.signal, getsOn), stopped]);
  } finally {
    isOver = true;
    clearTimeout(timer);
    clearTimeout(last);
    outer.removeEventListener('abort', leave);
  }
}

const OUT_OF_TIME = 'The tool took too long.';
