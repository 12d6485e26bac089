/* global fetch */
/**
 * Plays an honest client beside an attack: it asks for health and for a small answer, one after the other, until it is told to
 * stop. Then it says how often it was answered, what else it got, and its longest waits in milliseconds.
 */
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const { url, key } = (await once(process, 'message'))[0];
const seen = { answers: 0, others: [], longestHealthMs: 0, longestAnswerMs: 0 };
let stopped = false;
process.on('message', () => {
  stopped = true;
});

async function timed(ask) {
  const startedAt = performance.now();
  const reply = await ask();
  await reply.text();
  return { status: reply.status, ms: Math.round(performance.now() - startedAt) };
}

const health = () => fetch(`${url}/health/live`);
const answer = () =>
  fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'm', input: 'Hi', max_output_tokens: 16, store: false }),
  });

while (!stopped) {
  await sleep(20);
  const live = await timed(health);
  const answered = await timed(answer);
  seen.longestHealthMs = Math.max(seen.longestHealthMs, live.ms);
  seen.longestAnswerMs = Math.max(seen.longestAnswerMs, answered.ms);
  if (live.status === 200 && answered.status === 200) seen.answers += 1;
  else seen.others.push(`${live.status}/${answered.status}`);
  if (seen.answers === 1) process.send({ begun: true });
}
process.send(seen);
