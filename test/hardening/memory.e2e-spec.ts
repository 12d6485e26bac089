import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Attack, containerMebibytes, type Plan } from './attack.js';

const large = { model: 'm', input: 'Hi', max_output_tokens: 30_000, store: false };

const plans: Record<string, Plan> = {
  '40 answers of 30 MB that nobody takes': {
    path: '/v1/responses',
    connections: 40,
    requests: 1,
    body: large,
  },
  '200 bodies of 5 MB at once': {
    path: '/v1/responses',
    connections: 200,
    requests: 1,
    body: { ...large, input: 'x'.repeat(5_000_000) },
  },
  '1,000 pipelined requests on one connection': {
    path: '/v1/responses',
    connections: 1,
    requests: 1_000,
    body: { ...large, stream: true },
  },
  'WebSocket messages without generation that nobody takes': {
    path: '/v1/responses',
    connections: 4,
    form: 'message',
    requests: 500,
    body: {
      type: 'response.create',
      model: 'm',
      generate: false,
      store: false,
      input: 'Hi',
      instructions: 'x'.repeat(100_000),
    },
  },
  '20 WebSockets with 16 messages of 4 MB each, untaken': {
    path: '/v1/responses',
    connections: 20,
    form: 'message',
    requests: 16,
    body: { ...large, type: 'response.create', instructions: 'x'.repeat(4_000_000) },
  },
  '100 compactions of 5 MB that nobody takes': {
    path: '/v1/responses/compact',
    connections: 100,
    requests: 1,
    body: { model: 'm', input: 'x'.repeat(5_000_000), max_output_tokens: 30_000 },
  },
  '150 idle WebSockets that remember 4 MB each': {
    path: '/v1/responses',
    connections: 150,
    form: 'message',
    requests: 1,
    reads: true,
    body: {
      type: 'response.create',
      model: 'm',
      generate: false,
      store: false,
      input: 'x'.repeat(4_000_000),
    },
  },
  '12 bodies of 1 MB, each in chunks of one byte': {
    path: '/v1/responses',
    connections: 12,
    requests: 1,
    form: 'one byte at a time',
    body: { ...large, input: 'x'.repeat(1_000_000) },
  },
  '300 bodies of 9 MB that are compressed to a thousandth': {
    path: '/v1/responses',
    connections: 300,
    requests: 1,
    form: 'compressed',
    text: 'of 9 MB',
  },
  '150 WebSockets with 5 MB of a message that never ends': {
    path: '/v1/responses',
    connections: 150,
    requests: 1,
    form: 'unfinished message',
    body: { ...large, input: 'x'.repeat(5_000_000) },
  },
  '50 WebSockets with a message in a hundred thousand pieces': {
    path: '/v1/responses',
    connections: 50,
    requests: 1,
    form: 'message in pieces',
    body: large,
  },
};

describe('one client among others', () => {
  let attack: Attack;
  beforeEach(async () => {
    attack = await Attack.start();
  });
  afterEach(() => attack.end());

  it.each(Object.entries(plans))(
    '%s: the service lives on, within its memory, and serves others',
    async (_, plan) => {
      const seen = await attack.run(plan, 2_500);
      expect(seen.others).toEqual([]);
      expect(seen.answers).toBeGreaterThan(2);
      expect(attack.peakMebibytes).toBeLessThan(containerMebibytes);
      expect((await fetch(`${attack.service.url}/health`)).status).toBe(200);
    },
    180_000,
  );

  it('60 stored responses of 10 MB that nobody takes, 100 turns behind a chain of 10 MB, 200 followers, 40 background answers of 30 MB, 60 background bodies of 5 MB: the same', async () => {
    const stored = await Attack.start({ STORE_URL: 'memory:' });
    try {
      const path = `/v1/responses/${await stored.store(10_000)}`;
      const form = 'nothing but a path';
      const untaken = { path, form, connections: 60, requests: 1 } as const;
      let last: string | undefined;
      for (let turn = 0; turn < 5; turn += 1) last = await stored.store(2_000, last);
      const turns: Plan = {
        path: '/v1/responses',
        connections: 100,
        requests: 1,
        body: { ...large, previous_response_id: last },
      };
      const followed = await stored.runInBackground(4_000);
      const followers: Plan = {
        ...untaken,
        path: `/v1/responses/${followed}?stream=true`,
        connections: 200,
      };
      const answers: Plan = {
        ...turns,
        connections: 40,
        body: { ...large, store: true, background: true },
      };
      const background: Plan = {
        ...turns,
        connections: 60,
        body: { ...large, store: true, background: true, input: 'x'.repeat(5_000_000) },
      };
      for (const plan of [untaken, turns, followers, answers, background]) {
        const seen = await stored.run(plan, 1_500);
        expect(seen.others).toEqual([]);
        expect(seen.answers).toBeGreaterThan(2);
      }
      expect(stored.peakMebibytes).toBeLessThan(containerMebibytes);
    } finally {
      await stored.end();
    }
  }, 180_000);
});
