import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { responseStoreContract } from '../../src/testing/response-store.contract.js';
import { postgresIsMissing } from './support/postgres-server.js';
import { redisIsMissing } from './support/redis-server.js';
import {
  memoryFixture,
  postgresFixture,
  redisFixture,
  sqliteFixture,
  type StoreFixture,
} from './support/stores.js';

type Technology = [string, () => StoreFixture | Promise<StoreFixture>];

const technologies: Technology[] = [
  ['memory', memoryFixture],
  ['sqlite', sqliteFixture],
  ...(redisIsMissing() ? [] : ([['redis', redisFixture]] as Technology[])),
  ...(postgresIsMissing() ? [] : ([['postgres', postgresFixture]] as Technology[])),
];

/** Holds every technology to one contract. */
describe.each(technologies)('the %s store', (name, start) => {
  let fixture: StoreFixture;

  beforeAll(async () => {
    fixture = await start();
  });
  afterAll(() => fixture.stop());

  it('says which one it is', async () => {
    const store = await fixture.open();
    expect(store.kind).toBe(name);
    await store.close();
  });

  const contract = responseStoreContract({
    open: (options) => fixture.open(options),
    pass: (ms) => fixture.pass(ms),
    isShared: name !== 'memory',
  });
  for (const check of contract) it(check.name, check.run);
});
