/**
 * How much longer a task takes when its input grows: the quickest of several runs for each size, so that a busy machine
 * changes both alike. Linear work gives about `large / small`, quadratic work its square.
 */
export function growthOf(task: (size: number) => void, small: number, large: number): number {
  const quickest = (size: number): number =>
    Math.min(
      ...Array.from({ length: 5 }, () => {
        const started = performance.now();
        task(size);
        return performance.now() - started;
      }),
    );
  task(small);
  return quickest(large) / quickest(small);
}
