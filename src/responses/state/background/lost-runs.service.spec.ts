import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { begin, deltas, newResource, owner } from '../../../testing/store-records.js';
import { sqliteFixture, type StoreFixture } from '../../../../test/store/support/stores.js';
import { testSeal } from '../../../testing/test-seal.js';
import type { ResponseStore } from '../../../store/response-store.port.js';
import type { CountedReads } from '../recording/counted-reads.service.js';
import { HistoryService } from '../recording/history.service.js';
import { LostRunsService } from './lost-runs.service.js';
import { StoredResponsesService } from '../stored/stored-responses.service.js';

const seal = testSeal();

describe('LostRunsService', () => {
  let fixture: StoreFixture;
  let store: ResponseStore;
  let responses: StoredResponsesService;
  let service: LostRunsService;
  let jump: number;
  const clock = { now: () => performance.now() + jump };

  beforeEach(async () => {
    fixture = sqliteFixture();
    jump = 0;
    store = await fixture.open({ seal });
    responses = new StoredResponsesService(store, new HistoryService(store, {} as CountedReads));
    service = new LostRunsService(store, { id: 'living' }, responses, clock);
    await service.round();
    await store.runs.renewLease('lost', 30_000);
  });
  afterEach(async () => {
    await store.close();
    await fixture.stop();
  });

  /** Lets the living process make a round after 20 seconds of the other's silence, and after 40. */
  async function twoRounds(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      await fixture.pass(20_000);
      await service.round();
    }
  }

  async function statusOf(id: string): Promise<string> {
    return (await responses.read(owner, id)).status;
  }

  it('fails what a lost process left, with its log ended, and nothing else', async () => {
    const response = newResource('resp_lost', { background: true });
    await store.responses.begin({ ...begin('resp_lost'), response, replica: 'lost' });
    await store.runs.append(owner, 'resp_lost', 0, deltas(0, 2));
    await store.responses.begin({ ...begin('resp_living'), replica: 'living' });

    await fixture.pass(20_000);
    await service.round();
    expect(await statusOf('resp_lost')).toBe('in_progress');

    await fixture.pass(20_000);
    await service.round();
    expect(await responses.read(owner, 'resp_lost')).toMatchObject({
      status: 'failed',
      error: { code: 'server_error' },
    });
    const log = await store.runs.read(owner, 'resp_lost', 0);
    expect(log?.over).toBe(true);
    expect(log?.events.map(({ sequence_number }) => sequence_number)).toEqual([0, 1, 2]);
    expect(log?.events.at(-1)?.type).toBe('response.failed');
    expect(await statusOf('resp_living')).toBe('in_progress');
  });

  it('fails all at once, however many a process left', async () => {
    const ids = Array.from({ length: 350 }, (_, number) => `resp_${number}`);
    for (const id of ids) await store.responses.begin({ ...begin(id), replica: 'lost' });
    await twoRounds();
    expect(new Set(await Promise.all(ids.map(statusOf)))).toEqual(new Set(['failed']));
  });

  it('fails what this process itself gave up, as soon as the store can be written again', async () => {
    await store.responses.begin({ ...begin('resp_given_up'), replica: 'living' });
    await store.responses.begin({ ...begin('resp_other'), replica: 'living' });
    const finish = jest.spyOn(store.responses, 'finish');
    finish.mockRejectedValue(new Error('database or disk is full'));
    service.giveUp(owner, 'resp_given_up');
    await service.round();
    expect(await statusOf('resp_given_up')).toBe('in_progress');
    finish.mockRestore();
    await service.round();
    expect(await statusOf('resp_given_up')).toBe('failed');
    expect(await statusOf('resp_other')).toBe('in_progress');
  });

  it('is not held up by one that it cannot read', async () => {
    const withOtherKey = await fixture.open({ seal: testSeal() });
    await withOtherKey.responses.begin({ ...begin('resp_0_unreadable'), replica: 'lost' });
    await withOtherKey.close();
    await store.responses.begin({ ...begin('resp_readable'), replica: 'lost' });
    let sweeps = 0;
    store.sweep = () => Promise.resolve(void (sweeps += 1));
    for (let round = 0; round < 3; round += 1) await twoRounds();
    expect(await statusOf('resp_readable')).toBe('failed');
    expect(sweeps).toBe(1);
  });

  it('fails nothing when its own lease was lost too, until the others had time for theirs', async () => {
    await store.responses.begin({ ...begin('resp_asleep'), replica: 'lost' });
    await store.responses.begin({ ...begin('resp_lost'), replica: 'lost for good' });
    // A machine may have slept so long, or a Redis been away.
    await fixture.pass(3_600_000);
    await service.round();
    await fixture.pass(9_000);
    await store.runs.renewLease('lost', 30_000);
    await fixture.pass(1_000);
    await service.round();
    expect(await statusOf('resp_asleep')).toBe('in_progress');
    expect(await statusOf('resp_lost')).toBe('failed');
  });

  it('deletes nothing for a clock that has jumped ahead, until it has come back', async () => {
    const sweep = jest.spyOn(store, 'sweep');
    const sixRounds = async (): Promise<void> => {
      for (let round = 0; round < 6; round += 1) await service.round();
    };
    jump = 40 * 24 * 3_600_000;
    await sixRounds();
    expect(sweep).not.toHaveBeenCalled();
    jump = 0;
    await sixRounds();
    expect(sweep).toHaveBeenCalledTimes(1);
  });
});
