import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { createClient } from 'redis';
import { describe, expect, it } from '@jest/globals';
import type { ResponseStore } from '../../src/store/response-store.port.js';
import { begin, ending, owner } from '../../src/testing/store-records.js';
import { postgresIsMissing } from './support/postgres-server.js';
import { redisIsMissing } from './support/redis-server.js';
import { memoryFixture, postgresFixture, redisFixture, sqliteFixture } from './support/stores.js';

const turns = 1_000;

/** Writes turn `number` of one chain, as the service does it. */
async function turn(store: ResponseStore, number: number): Promise<void> {
  const id = `resp_${String(number).padStart(6, '0')}`;
  const previous = number === 0 ? null : `resp_${String(number - 1).padStart(6, '0')}`;
  const fields = { previous_response_id: previous };
  await store.responses.begin(begin(id, fields));
  await store.responses.finish(owner, ending(id, fields));
}

/** Measures what one turn costs, early and late in a chain of a thousand. */
async function costs(
  store: ResponseStore,
  measure: () => number | Promise<number>,
): Promise<[early: number, late: number]> {
  const found: number[] = [];
  for (let number = 0; number < turns; number += 1) {
    const measured = number === 10 || number === turns - 1;
    const before = measured ? await measure() : 0;
    await turn(store, number);
    if (measured) found.push((await measure()) - before);
  }
  const last = `resp_${String(turns - 1).padStart(6, '0')}`;
  expect(await store.responses.chain(owner, last)).toHaveLength(turns);
  return found as [number, number];
}

describe('a turn of a long chain writes what is new, however long the chain is', () => {
  it('in memory', async () => {
    const fixture = memoryFixture();
    const store = (await fixture.open()) as ResponseStore & { bytes: number };
    const [early, late] = await costs(store, () => store.bytes);
    expect(early).toBeGreaterThan(500);
    expect(late).toBe(early);
  });

  it('in SQLite', async () => {
    const fixture = sqliteFixture();
    const store = await fixture.open();
    const reader = new DatabaseSync(fixture.path, { readOnly: true });
    const sql = `SELECT sum(length(input) + length(output) + length(resource)) AS bytes FROM responses`;
    const [early, late] = await costs(
      store,
      () => (reader.prepare(sql).get() as { bytes: number | null }).bytes ?? 0,
    );
    reader.close();
    await store.close();
    await fixture.stop();
    expect(early).toBeGreaterThan(500);
    expect(late).toBe(early);
  });

  (postgresIsMissing() ? it.skip : it)(
    'in PostgreSQL',
    async () => {
      const fixture = await postgresFixture();
      const store = await fixture.open();
      const reader = new pg.Client(fixture.server.url);
      await reader.connect();
      const sql = `SELECT coalesce(sum(octet_length(input) + octet_length(output) + octet_length(resource)), 0)::int
      AS bytes FROM responses_proxy.responses`;
      const [early, late] = await costs(
        store,
        async () => (await reader.query<{ bytes: number }>(sql)).rows[0]!.bytes,
      );
      await reader.end();
      await store.close();
      await fixture.stop();
      expect(early).toBeGreaterThan(500);
      expect(late).toBe(early);
    },
    120_000,
  );

  (redisIsMissing() ? it.skip : it)('in Redis, by the bytes that it is sent', async () => {
    const fixture = await redisFixture();
    const store = await fixture.open();
    const client = createClient({ url: fixture.server.url });
    await client.connect();
    const [early, late] = await costs(store, async () => {
      const info = await client.info('stats');
      return Number(/total_net_input_bytes:(\d+)/.exec(info)?.[1]);
    });
    await client.close();
    await store.close();
    await fixture.stop();
    expect(early).toBeGreaterThan(500);
    expect(Math.abs(late - early)).toBeLessThan(100);
  });
});
