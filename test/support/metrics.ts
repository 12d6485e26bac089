import { setTimeout as sleep } from 'node:timers/promises';

/** Gives the value of one series, `name` or `name{label="value"}`, as `/metrics` shows it; 0 while there is none. */
export async function metric(url: string, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}

/** Asks until the condition holds, for what has no event to wait for. Rejects after five seconds. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('The condition never held.');
    await sleep(20);
  }
}
