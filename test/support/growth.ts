/**
 * Says how much longer a task takes when its input grows: by the processor time of the quickest of several runs for each size,
 * which a busy machine does not change. Linear work gives about `large / small`, quadratic work its square.
 */
export function growthOf(task: (size: number) => void, small: number, large: number): number {
  const quickest = (size: number): number =>
    Math.min(
      ...Array.from({ length: 5 }, () => {
        const started = process.cpuUsage();
        task(size);
        const { user, system } = process.cpuUsage(started);
        return user + system;
      }),
    );
  task(small);
  return quickest(large) / quickest(small);
}
