import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { from, lastValueFrom } from 'rxjs';
import { newResource, owner } from '../../../testing/store-records.js';
import { sqliteFixture, type StoreFixture } from '../../../../test/store/support/stores.js';
import { testSeal } from '../../../testing/test-seal.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { ResponseStore } from '../../../store/response-store.port.js';
import { ResponseRecorder } from './response-recorder.service.js';
import type { RequestState } from './request-state.js';
import { HeavyWork } from '../../../gate/heavy-work.service.js';
import { Sealer } from '../../../sealing/sealer.js';
import { StoredThoughts } from './stored-thoughts.service.js';
import { UnstoredResponses } from './unstored-responses.service.js';

let fixture: StoreFixture;
let store: ResponseStore;

beforeEach(async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  fixture = sqliteFixture();
  store = await fixture.open({ seal: testSeal() });
});
afterEach(async () => {
  jest.useRealTimers();
  await store.close();
  await fixture.stop();
});

/** Gives what the client is told in the last event. */
async function record(id: string): Promise<boolean> {
  const ids = { newId: (prefix: string) => `${prefix}_1` } as never;
  const storedThoughts = new StoredThoughts(store, new Sealer(['a secret']), new HeavyWork());
  const recorder = new ResponseRecorder(
    store,
    ids,
    { id: 'r' },
    new UnstoredResponses(store),
    storedThoughts,
    new HeavyWork(),
  );
  const inProgress = newResource(id);
  const completed = { ...inProgress, status: 'completed' as const };
  const events = from<ResponseEvent[][]>([
    [{ type: 'response.created', sequence_number: 0, response: inProgress }],
    [{ type: 'response.completed', sequence_number: 1, response: completed }],
  ]);
  const state = { owner, stored: true } as RequestState;
  const thoughts = () => new Map([['call', { text: 'why' }]]);
  const recordable = { events, request: { model: 'm', input: [] }, thoughts };
  const last = await lastValueFrom(recorder.record(recordable, state, undefined));
  return (last[0] as { response: { store: boolean } }).response.store;
}

const failing = (): Promise<never> => Promise.reject(new Error('database or disk is full'));

/** Waits until everything is done that waits for no timer. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('ResponseRecorder', () => {
  it('stores what it says is stored', async () => {
    expect(await record('resp_1')).toBe(true);
    expect((await store.responses.find(owner, 'resp_1'))?.response.status).toBe('completed');
  });

  it('stores thoughts beside the response, for its owner and with its key alone', async () => {
    await record('resp_1');
    const finder = (secret: string, of = owner) =>
      new StoredThoughts(store, new Sealer([secret]), new HeavyWork()).finderOf(of, undefined);
    const thought = expect.objectContaining({ text: 'why' });
    expect(await finder('a secret')?.(['call', 'other'])).toEqual(new Map([['call', thought]]));
    expect(await finder('another')?.(['call'])).toEqual(new Map());
    expect(await finder('a secret', 'somebody else')?.(['call'])).toEqual(new Map());
    jest.spyOn(store.responses, 'findThoughts').mockImplementation(failing);
    expect(await finder('a secret')?.(['call'])).toEqual(new Map());
  });

  it.each(['begin', 'finish'] as const)('leaves nothing of a %s that failed', async (method) => {
    jest.spyOn(store.responses, method).mockImplementation(failing);
    expect(await record('resp_1')).toBe(false);
    await settled();
    expect(await store.responses.find(owner, 'resp_1')).toBeUndefined();
  });

  it.each(['begin', 'finish'] as const)(
    'leaves nothing of a %s that came through too late',
    async (method) => {
      const real = store.responses[method].bind(store.responses) as (
        ...values: unknown[]
      ) => Promise<unknown>;
      jest
        .spyOn(store.responses, method)
        .mockImplementation(async (...values: unknown[]): Promise<never> => {
          await real(...values);
          return failing();
        });
      expect(await record('resp_1')).toBe(false);
      await settled();
      expect(await store.responses.find(owner, 'resp_1')).toBeUndefined();
    },
  );

  it('tries again while the store takes no deletion either', async () => {
    jest.spyOn(store.responses, 'finish').mockImplementation(failing);
    const deletion = jest.spyOn(store.responses, 'delete').mockImplementation(failing);
    expect(await record('resp_1')).toBe(false);
    expect(await record('resp_2')).toBe(false);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(await store.responses.find(owner, 'resp_1')).toBeDefined();
    deletion.mockRestore();
    await jest.advanceTimersByTimeAsync(5_000);
    await settled();
    expect(await store.responses.find(owner, 'resp_1')).toBeUndefined();
    expect(await store.responses.find(owner, 'resp_2')).toBeUndefined();
  });
});
