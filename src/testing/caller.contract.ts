import assert from 'node:assert/strict';
import type { CallerResolver } from '../common/caller.port.js';
import type { Part } from '../plugins/plugin.js';
import type { ContractCheck } from './contract-check.js';
import { TestService, type TestServiceOptions } from './test-service.js';

type Headers = Readonly<Record<string, string>>;

export interface CallerUnderTest extends Pick<TestServiceOptions, 'settings'> {
  /** Without one the keys of the service's own settings are held to it. */
  caller?: Part<CallerResolver>;
  /** The headers of two callers. */
  callers: readonly [Headers, Headers];
  /** Headers of which each is refused. */
  strangers: readonly Headers[];
  /** Backends get what callers send in `authorization`; false where it is not said. */
  forwardsCredentials?: boolean;
}

/** Gives the rules for what says who is calling: strangers stay out, and callers apart. */
export function callerContract({
  caller,
  callers: [one, other],
  strangers,
  forwardsCredentials = false,
  ...options
}: CallerUnderTest): ContractCheck[] {
  const plugins = caller === undefined ? [] : [{ name: 'contract', caller }];
  const use = (check: (service: TestService) => Promise<void>) => (): Promise<void> =>
    TestService.with({ ...options, plugins }, check);
  const post = (service: TestService, headers: Headers): Promise<Response> =>
    service.post({}, { headers: { authorization: '', ...headers } });
  return [
    {
      name: 'lets its callers in',
      run: use(async (service) => {
        for (const headers of [one, other, one]) {
          const reply = await post(service, headers);
          assert.equal(reply.status, 200, await reply.text());
        }
      }),
    },
    {
      name: 'refuses strangers with 401 or 403 before anything is done',
      run: use(async (service) => {
        for (const headers of strangers) {
          const reply = await post(service, headers);
          const { error } = (await reply.json()) as { error?: { message?: string } };
          assert.ok([401, 403].includes(reply.status), `${reply.status} for a stranger`);
          assert.ok(error?.message, 'The refusal says nothing.');
        }
        assert.equal(service.asked.length, 0, 'The backend was asked.');
      }),
    },
    {
      name: 'knows a caller again, and shows nobody what belongs to another',
      run: use(async (service) => {
        const { id } = (await (await post(service, one)).json()) as { id: string };
        const read = async (headers: Headers): Promise<number> =>
          (await fetch(`${service.url}/v1/responses/${id}`, { headers })).status;
        assert.equal(await read(one), 200);
        assert.equal(await read(other), 404);
        for (const headers of strangers) assert.ok([401, 403].includes(await read(headers)));
      }),
    },
    {
      name: 'gives backends no credentials that are for the service alone',
      run: use(async (service) => {
        await post(service, one);
        const sent = JSON.stringify(service.lastHeaders);
        for (const value of Object.values(one)) {
          const secret = value.replace(/^Bearer /i, '');
          assert.equal(sent.includes(secret), forwardsCredentials, 'The backend got credentials.');
        }
      }),
    },
  ];
}
