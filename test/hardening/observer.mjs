/* global fetch */
/**
 * An honest client beside an attack: asks for health and for a small answer, one after the other, until it is told to stop.
 * Then says how often it was answered, what else it got, and its waits in milliseconds.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const { url, key, pid } = (await once(process, 'message'))[0];
const seen = { answers: 0, others: [], healthMs: [], answerMs: [] };
let stopped = false;
process.on('message', () => {
  stopped = true;
});

/**
 * The service's thread has worked so long by now, in milliseconds: what it works between a question and its answer is what
 * the answer waited for, however busy the machine is with others. The clock stands in for it where there is no /proc.
 */
function workedMs() {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

async function timed(ask) {
  const before = workedMs();
  const reply = await ask();
  await reply.text();
  return { status: reply.status, ms: Math.round(workedMs() - before) };
}

const health = () => fetch(`${url}/health/live`);
const answer = () =>
  fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'm', input: 'Hi', max_output_tokens: 16, store: false }),
  });

// The first fetch of a process loads its code, while the service may work on what it likes.
await (await fetch('data:,')).text();
while (!stopped) {
  await sleep(20);
  const live = await timed(health);
  const answered = await timed(answer);
  seen.healthMs.push(live.ms);
  seen.answerMs.push(answered.ms);
  if (live.status === 200 && answered.status === 200) seen.answers += 1;
  else seen.others.push(`${live.status}/${answered.status}`);
  if (seen.healthMs.length === 1) process.send({ begun: true });
}
process.send(seen);
