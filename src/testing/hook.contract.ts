import assert from 'node:assert/strict';
import type { Part } from '../plugins/plugin.js';
import type { ResponseHook } from '../responses/pipeline/hooks/response-hook.port.js';
import { assertSame } from './assert-same.js';
import type { ContractCheck } from './contract-check.js';
import {
  callAnswer,
  responseOf,
  testChunks,
  TestService,
  textAnswer,
  type TestServiceOptions,
  withoutIds,
} from './test-service.js';

export interface HooksUnderTest extends Pick<TestServiceOptions, 'headers' | 'settings'> {
  hooks: readonly Part<ResponseHook>[];
}

const words = 'The quick brown fox jumps over the lazy dog, again and again. '.repeat(20);

/** Gives answers of every form that a hook meets. */
const answers: Readonly<Record<string, readonly unknown[]>> = {
  'a text in one piece': textAnswer('Hello.'),
  'a text in many pieces': textAnswer(...(words.match(/[^]{1,5}/g) ?? [])),
  'a thought before a text': [
    testChunks.role(),
    testChunks.reasoning('Hm. '),
    testChunks.reasoning('Well.'),
    testChunks.text('Yes.'),
    testChunks.finish('stop'),
  ],
  'a call': callAnswer('run', '{"cmd":', '"ls"}'),
  'an answer that is cut': [testChunks.text('It is'), testChunks.finish('length')],
};

/** Gives the rules for hooks: whatever they do, what a client sees is a right answer, the same with and without a stream. */
export function hookContract({ hooks, ...options }: HooksUnderTest): ContractCheck[] {
  const plugins = [{ name: 'contract', hooks }];
  const tools = [{ type: 'function', name: 'run', parameters: {}, strict: null }];
  const use = (check: (service: TestService) => Promise<void>) => (): Promise<void> =>
    TestService.with({ ...options, plugins }, check);
  return [
    ...Object.entries(answers).map(([form, chunks]) => ({
      name: `leaves ${form} right, with and without a stream`,
      run: use(async (service) => {
        service.enqueue(chunks, chunks);
        const streamed = responseOf(await service.stream({ tools }));
        assert.notEqual(streamed.status, 'failed', JSON.stringify(streamed.error));
        const whole = await service.create({ tools });
        assert.equal(whole.status, streamed.status);
        assertSame(withoutIds(whole), withoutIds(streamed));
      }),
    })),
    {
      name: 'goes on after a client has left',
      run: use(async (service) => {
        service.enqueue(textAnswer(...words.split(' ')));
        await service.leave();
        assert.notEqual((await service.create()).status, 'failed');
      }),
    },
    {
      name: 'keeps responses at the same time apart',
      run: use(async (service) => {
        const text = textAnswer('one ', 'two ', 'three');
        service.enqueue(text, text, text, text);
        const all = await Promise.all([1, 2, 3, 4].map(() => service.stream()));
        const [first, ...others] = all.map((events) => withoutIds(responseOf(events)));
        for (const other of others) assertSame(other, first);
      }),
    },
  ];
}
