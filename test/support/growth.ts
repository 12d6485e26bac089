/**
 * How much longer a task takes when its input grows. Linear work gives about `large / small`, quadratic work its square.
 * The quickest of several runs counts for each size, taken in turn, so that a busy machine changes both alike; where the result is
 * above `most` it is measured again, since a machine can be busy for long, while quadratic work stays what it is.
 */
export function growthOf(
  task: (size: number) => void,
  small: number,
  large: number,
  most: number,
): number {
  task(small);
  let growth = Infinity;
  for (let attempt = 0; attempt < 4 && growth >= most; attempt += 1) {
    growth = Math.min(growth, measured(task, small, large));
  }
  return growth;
}

function measured(task: (size: number) => void, small: number, large: number): number {
  const quickest = { small: Infinity, large: Infinity };
  for (let round = 0; round < 5; round += 1) {
    quickest.small = Math.min(quickest.small, millisecondsOf(task, small));
    quickest.large = Math.min(quickest.large, millisecondsOf(task, large));
  }
  // Below this the clock itself is what is measured.
  return quickest.large / Math.max(quickest.small, 0.05);
}

function millisecondsOf(task: (size: number) => void, size: number): number {
  const started = performance.now();
  task(size);
  return performance.now() - started;
}
