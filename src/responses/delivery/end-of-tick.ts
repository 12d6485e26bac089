let waiting: (() => void)[] = [];

function runAll(): void {
  const actions = waiting;
  waiting = [];
  for (const action of actions) action();
}

/** Runs an action once what runs now is done, those of all streams together. @param action never throws. */
export function atEndOfTick(action: () => void): void {
  if (waiting.push(action) === 1) process.nextTick(runAll);
}
