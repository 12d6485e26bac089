import assert from 'node:assert/strict';
import type { Part } from '../plugins/plugin.js';
import type { ChatBackend } from '../responses/backend/chat-backend.port.js';
import { assertSame } from './assert-same.js';
import type { ContractCheck } from './contract-check.js';
import { responseOf, TestService, type TestServiceOptions } from './test-service.js';

export interface ChatBackendUnderTest extends Pick<TestServiceOptions, 'headers' | 'settings'> {
  chatBackend: Part<ChatBackend>;
  /** A model that it has. */
  model: string;
}

/** Gives the rules for another way to a model. It has to answer a greeting; what it says is its own. */
export function chatBackendContract({
  chatBackend,
  model,
  ...options
}: ChatBackendUnderTest): ContractCheck[] {
  const plugins = [{ name: 'contract', chatBackend }];
  const use = (check: (service: TestService) => Promise<void>) => (): Promise<void> =>
    TestService.with({ ...options, plugins }, check);
  return [
    {
      name: 'ends its answers with a finish reason',
      run: use(async (service) => {
        const { status, output, error } = await service.create({ model });
        assert.equal(status, 'completed', JSON.stringify(error));
        assert.ok(output.length > 0, 'The answer is empty.');
        const events = await service.stream({ model });
        assert.equal(responseOf(events).status, 'completed');
        assertSame(service.asked, [], 'BACKEND_URL was called.');
      }),
    },
    {
      name: 'makes a call for each subscription, also at the same time',
      run: use(async (service) => {
        const all = await Promise.all([1, 2, 3, 4].map(() => service.create({ model })));
        assertSame(
          all.map(({ status }) => status),
          all.map(() => 'completed'),
        );
      }),
    },
    {
      name: 'stops when the client leaves, and serves the next one',
      run: use(async (service) => {
        await service.leave({ model });
        assert.equal((await service.create({ model })).status, 'completed');
      }),
    },
  ];
}
