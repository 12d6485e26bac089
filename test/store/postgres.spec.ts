import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EnvironmentError } from '../../src/config/read-environment.js';
import { migrate } from '../../src/store/postgres/migrate.js';
import { postgresMigrations } from '../../src/store/postgres/postgres-schema.js';
import { PostgresStore } from '../../src/store/postgres/postgres.store.js';
import { RecordCodec } from '../../src/store/record-codec.js';
import {
  begin,
  deltas,
  ending,
  outputMessage,
  owner,
  userItem,
} from '../../src/testing/store-records.js';
import { postgresIsMissing, PostgresServer } from './support/postgres-server.js';

(postgresIsMissing() ? describe.skip : describe)('what PostgreSQL has of its own', () => {
  let server: PostgresServer;
  let root: pg.Client;
  let admin: pg.Client;
  let url: string;
  let serial = 0;
  const opened: PostgresStore[] = [];

  beforeAll(async () => {
    server = await PostgresServer.start();
    root = new pg.Client(server.url);
    await root.connect();
  });
  /** Makes a database for each test. */
  beforeEach(async () => {
    serial += 1;
    await root.query(`CREATE DATABASE test_${serial}`);
    url = server.url.replace(/[^/]*$/, `test_${serial}`);
    admin = new pg.Client(url);
    await admin.connect();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await admin.end();
  });
  afterAll(async () => {
    await root.end().catch(() => undefined);
    await server.stop();
  });

  async function open(from = url, ttlMs = 3_600_000): Promise<PostgresStore> {
    const options = { codec: new RecordCodec(), maxConnections: 3, onError: () => undefined };
    const store = await PostgresStore.open({ ...options, url: from, ttlMs });
    opened.push(store);
    return store;
  }

  const countOf = async (sql: string): Promise<number> =>
    Number((await admin.query<{ count: string }>(`SELECT count(*) ${sql}`)).rows[0]!.count);

  async function finished(store: PostgresStore, id: string): Promise<void> {
    await store.responses.begin(begin(id));
    await store.runs.append(owner, id, 0, deltas(0, 2));
    await store.responses.finish(owner, ending(id));
  }

  describe('the schema', () => {
    it('is made once by replicas that start at the same time', async () => {
      const stores = await Promise.all([1, 2, 3, 4].map(() => open()));
      await Promise.all(stores.map((store) => store.ping()));
      await finished(stores[0]!, 'resp_1');
      expect(await stores[3]!.responses.find(owner, 'resp_1')).toBeDefined();
    });

    it('of a newer version is refused in a sentence, and left alone', async () => {
      await open();
      await admin.query('UPDATE responses_proxy.schema_version SET version = 99');
      const refusal = open();
      await expect(refusal).rejects.toBeInstanceOf(EnvironmentError);
      await expect(refusal).rejects.toMatchObject({
        problems: [expect.stringMatching(/^STORE_URL: .*newer version.*schema 99/)],
      });
    });

    it('is brought to the next version with what it holds; a step that fails changes nothing', async () => {
      const store = await open();
      await finished(store, 'resp_1');
      const step = 'ALTER TABLE responses_proxy.responses ADD COLUMN note text';
      const inTransaction = async (steps: readonly string[]): Promise<void> => {
        await admin.query('BEGIN');
        await migrate(admin, steps).then(
          () => admin.query('COMMIT'),
          async (error: unknown) => {
            await admin.query('ROLLBACK');
            throw error;
          },
        );
      };
      const broken = [...postgresMigrations, step, 'ALTER TABLE nowhere ADD COLUMN x text'];
      await expect(inTransaction(broken)).rejects.toThrow('nowhere');
      const columns = `FROM information_schema.columns WHERE table_name = 'responses' AND column_name = 'note'`;
      expect(await countOf(columns)).toBe(0);
      await inTransaction([...postgresMigrations, step]);
      expect(await countOf(columns)).toBe(1);
      // The replica of the version before goes on meanwhile.
      await finished(store, 'resp_2');
      expect(await store.responses.find(owner, 'resp_1')).toBeDefined();
    });

    it('that is there already is enough for a user who may make nothing', async () => {
      await open();
      await root.query(`CREATE ROLE writer_${serial} LOGIN`);
      await admin.query(`GRANT USAGE ON SCHEMA responses_proxy TO writer_${serial}`);
      await admin.query(
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA responses_proxy TO writer_${serial}`,
      );
      const store = await open(url.replace('proxy@', `writer_${serial}@`));
      await finished(store, 'resp_1');
      await store.sweep();
      expect(await store.responses.find(owner, 'resp_1')).toBeDefined();
    });
  });

  it('takes ids that an index or a text of it would not', async () => {
    const { responses, conversations } = await open();
    const strange = ['a\0b', 'x'.repeat(100_000), 'lone \ud800', "'; DROP TABLE x; --"];
    for (const id of strange) {
      expect(await responses.find(owner, id)).toBeUndefined();
      expect(await responses.chain(owner, id)).toBeUndefined();
      expect(await conversations.find(owner, id)).toBeUndefined();
    }
    await conversations.create(owner, { id: 'conv', createdAt: 1, metadata: { 'n\0': '\0' } });
    await conversations.append(
      owner,
      'conv',
      strange.map((id) => userItem(id)),
    );
    const request = { after: strange[0], limit: 9, order: 'asc' as const };
    const page = await conversations.page(owner, 'conv', request);
    expect(page?.items.map(({ id }) => id)).toEqual(strange.slice(1));
    expect(await conversations.findItem(owner, 'conv', 'a\0b')).toEqual(userItem('a\0b'));
    await responses.begin(begin('resp_1'));
    const output = [outputMessage('out\0', 'text\0')];
    await responses.finish(owner, ending('resp_1', { output }));
    expect((await responses.findItems(owner, ['out\0'])).get('out\0')).toEqual(output[0]);
  });

  it('goes on after its server has crashed, and hears of changes again', async () => {
    const [store, other] = [await open(), await open()];
    await finished(store, 'resp_1');
    await store.responses.begin(begin('resp_2'));
    const over = new Promise<void>((heard) => {
      void other.runs.watch(owner, 'resp_2', (change) => {
        if (change === 'over') heard();
      });
    });
    for (const client of [admin, root]) client.on('error', () => undefined);
    await server.kill();
    await expect(store.ping()).rejects.toThrow();
    await server.restart();
    root = new pg.Client(server.url);
    admin = new pg.Client(url);
    await Promise.all([root.connect(), admin.connect()]);
    // Each call tries anew, and so does the connection that listens; the test's own time is the bound.
    while ((await countOf(`FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`)) < 2);
    expect(await store.responses.find(owner, 'resp_1')).toBeDefined();
    await store.responses.finish(owner, ending('resp_2'));
    await over;
  });

  it('starts without its server, and prepares it once it is there', async () => {
    for (const client of [admin, root]) client.on('error', () => undefined);
    await server.kill();
    const store = await open();
    await expect(store.responses.find(owner, 'resp_1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    root = new pg.Client(server.url);
    admin = new pg.Client(url);
    await Promise.all([root.connect(), admin.connect()]);
    await finished(store, 'resp_1');
  });

  it('sweeps what has expired with all that belongs to it, by an index, several replicas at once', async () => {
    const stores = [await open(), await open()];
    const [store] = stores as [PostgresStore];
    await finished(store, 'resp_kept');
    await finished(store, 'resp_old');
    await admin.query(`
      INSERT INTO responses_proxy.responses SELECT owner, id || n, previous_id, status, replica, next_event, expires_at, input, output, resource
        FROM responses_proxy.responses, generate_series(1, 1500) AS n WHERE id = 'resp_old';
      INSERT INTO responses_proxy.events SELECT owner, response_id || n, first, count, batch
        FROM responses_proxy.events, generate_series(1, 1500) AS n WHERE response_id = 'resp_old';
      UPDATE responses_proxy.responses SET expires_at = now() - interval '1 second' WHERE id <> 'resp_kept'`);
    await Promise.all(stores.map((each) => each.sweep()));
    for (const table of ['responses', 'events', 'output_items']) {
      expect([table, await countOf(`FROM responses_proxy.${table}`)]).toEqual([table, 1]);
    }
    await admin.query('SET enable_seqscan = off');
    const { rows } = await admin.query(
      'EXPLAIN SELECT ctid FROM responses_proxy.responses WHERE expires_at <= now() ORDER BY expires_at LIMIT 500',
    );
    expect(JSON.stringify(rows)).toMatch(/Index Scan using responses_by_expiry/);
  });

  it('takes no more connections than it may', async () => {
    const store = await open();
    const calls = Array.from({ length: 60 }, (_, index) => finished(store, `resp_${index}`));
    let most = 0;
    let left = calls.length;
    for (const call of calls) void call.then(() => (left -= 1));
    while (left > 0) {
      const own = `FROM pg_stat_activity WHERE datname = 'test_${serial}' AND application_name = 'responses-proxy'`;
      most = Math.max(most, await countOf(own));
    }
    // There are three, and the one that listens.
    expect(most).toBe(4);
  });

  it('says what its server is set up to lose', async () => {
    expect((await open()).risks).toEqual([]);
    await admin.query(`ALTER DATABASE test_${serial} SET synchronous_commit = off`);
    expect((await open()).risks).toEqual([expect.stringMatching(/synchronous_commit off/)]);
  });
});
