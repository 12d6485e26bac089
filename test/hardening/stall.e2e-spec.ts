import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Attack, type Observed, type Plan } from './attack.js';

/** What the service may work while others wait, in milliseconds, in nine of ten rounds; and in each one so many times that. */
const goals = { health: 100, answer: 250 };
const mostTimes = 2;

const responses = { path: '/v1/responses', reads: true };
const longAnswer = { model: 'm', input: 'Hi', max_output_tokens: 10_000 };
const longInput = { model: 'm', input: 'x'.repeat(5_000_000), max_output_tokens: 1 };
const plans: Record<string, Plan> = {
  '60 bodies of 59,000 names': {
    ...responses,
    connections: 20,
    requests: 3,
    text: 'of 59,000 names',
  },
  '30 bodies of 9 MB': { ...responses, connections: 30, requests: 1, text: 'of 9 MB' },
  '60 compressed bodies of 9 MB': {
    ...responses,
    connections: 20,
    requests: 3,
    text: 'of 9 MB',
    form: 'compressed',
  },
  '30 bodies of escaped quotes': {
    ...responses,
    connections: 10,
    requests: 3,
    text: 'of escaped quotes',
  },
  '30 bodies of spaces': { ...responses, connections: 10, requests: 3, text: 'of spaces' },
  '30 bodies with a mistake at the end': {
    ...responses,
    connections: 10,
    requests: 3,
    text: 'with a mistake at the end',
  },
  '200 models that look like a secret': {
    ...responses,
    connections: 20,
    requests: 10,
    text: 'with a model that looks like a secret',
  },
  '20 tools of a long name': {
    ...responses,
    connections: 10,
    requests: 2,
    text: 'with a tool of a long name',
  },
  '60 bodies of 1,000 tools': {
    ...responses,
    connections: 20,
    requests: 3,
    text: 'of 1,000 tools',
  },
  '100 messages of 59,000 names': {
    ...responses,
    connections: 10,
    requests: 10,
    text: 'of a message in a lane',
    form: 'message',
  },
  '20 messages of half a million names': {
    ...responses,
    connections: 10,
    requests: 2,
    text: 'of a message of half a million names',
    form: 'message',
  },
  '10 answers of 10 MB as streams': {
    ...responses,
    connections: 10,
    requests: 1,
    body: { ...longAnswer, stream: true },
  },
  '10 answers of 10 MB as messages': {
    ...responses,
    connections: 10,
    requests: 1,
    form: 'message',
    body: { ...longAnswer, type: 'response.create', store: false },
  },
  '10 background answers of 10 MB': {
    ...responses,
    connections: 10,
    requests: 1,
    body: { ...longAnswer, background: true },
  },
  '60 background responses to 5 MB': {
    ...responses,
    connections: 60,
    requests: 1,
    body: { ...longInput, background: true },
  },
  '60 stored responses to 5 MB': { ...responses, connections: 60, requests: 1, body: longInput },
  '60 compactions of 5 MB': {
    ...responses,
    path: '/v1/responses/compact',
    connections: 60,
    requests: 1,
    body: longInput,
  },
  '20 chat bodies of half a million names': {
    path: '/v1/chat/completions',
    reads: true,
    connections: 10,
    requests: 2,
    text: 'of half a million names',
  },
};

/** The wait that nine of ten rounds keep, and the longest. */
function waits(milliseconds: readonly number[]): { usual: number; longest: number } {
  const sorted = milliseconds.toSorted((one, other) => one - other);
  return { usual: sorted[Math.floor(0.9 * (sorted.length - 1))] ?? 0, longest: sorted.at(-1) ?? 0 };
}

describe('one client that makes the service work', () => {
  // A machine that is busy with other tests works slower for a moment; a service that is too slow fails each time.
  jest.retryTimes(2);

  let attack: Attack;
  let quiet: Observed;
  beforeAll(async () => {
    attack = await Attack.start({ STORE_URL: 'memory:' });
    // The first answers wait for code that is compiled by then.
    await attack.run(undefined, 500);
    quiet = await attack.run(undefined, 500);
  }, 120_000);
  afterAll(() => attack.end());

  function expectSoon(seen: Observed): void {
    expect(seen.others).toEqual([]);
    // On a slow machine a quiet service works longer, too.
    const health = waits(seen.healthMs);
    const answer = waits(seen.answerMs);
    const slowness = Math.max(1, waits(quiet.answerMs).usual / 10);
    expect(health.usual).toBeLessThan(goals.health * slowness);
    expect(answer.usual).toBeLessThan(goals.answer * slowness);
    expect(health.longest).toBeLessThan(mostTimes * goals.health * slowness);
    expect(answer.longest).toBeLessThan(mostTimes * goals.answer * slowness);
  }

  it('50 followers of a background response of 4 MB: the same, whether they read or not', async () => {
    const path = `/v1/responses/${await attack.runInBackground(4_000)}?stream=true`;
    const followers = { path, form: 'nothing but a path', connections: 50, requests: 1 } as const;
    for (const reads of [true, false]) {
      expectSoon(await attack.run({ ...followers, reads }, 1_500));
    }
  }, 60_000);

  it.each(Object.entries(plans))(
    '%s: others are served, and soon',
    async (_, plan) => {
      expectSoon(await attack.run(plan, 1_500));
    },
    120_000,
  );

  it('60 stored answers of 10 MB that nobody takes, and 60 turns behind a chain of 6 MB: the same, and when their client has left', async () => {
    const path = `/v1/responses/${await attack.store(10_000)}`;
    const untaken: Plan = { path, form: 'nothing but a path', connections: 60, requests: 1 };
    let last: string | undefined;
    for (let turn = 0; turn < 3; turn += 1) last = await attack.store(2_000, last);
    const body = { model: 'm', input: 'Hi', store: false, previous_response_id: last };
    const turns: Plan = { ...responses, body, connections: 60, requests: 1 };
    for (const plan of [untaken, turns]) {
      expectSoon(await attack.run(plan, 1_000));
      // What it asked for is not worked on in one go now that none of it is held.
      expectSoon(await attack.run(undefined, 500));
    }
  }, 60_000);
});
