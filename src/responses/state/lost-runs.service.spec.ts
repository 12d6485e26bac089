import { describe, expect, it } from '@jest/globals';
import { begin, deltas, newResource, owner } from '../../../test/store/support/records.js';
import { sqliteFixture } from '../../../test/store/support/stores.js';
import { HistoryService } from './history.service.js';
import { LostRunsService } from './lost-runs.service.js';
import { StoredResponsesService } from './stored-responses.service.js';

describe('LostRunsService', () => {
  it('fails what a lost process left, with its log ended, and nothing else', async () => {
    const fixture = sqliteFixture();
    const store = await fixture.open();
    const responses = new StoredResponsesService(store, new HistoryService(store));
    const service = new LostRunsService(store, { id: 'living' }, responses);
    await service.round();
    await store.runs.renewLease('lost', 30_000);
    const response = newResource('resp_lost', { background: true });
    await store.responses.begin({ ...begin('resp_lost'), response, replica: 'lost' });
    await store.runs.append(owner, 'resp_lost', 0, deltas(0, 2));
    await store.responses.begin({ ...begin('resp_living'), replica: 'living' });

    await fixture.pass(20_000);
    await service.round();
    expect((await responses.read(owner, 'resp_lost')).status).toBe('in_progress');

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
    expect((await responses.read(owner, 'resp_living')).status).toBe('in_progress');
    await store.close();
    await fixture.stop();
  });
});
