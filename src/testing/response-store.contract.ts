import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContractCheck } from './contract-check.js';
import { conversationStoreRules } from './store-conversations.rules.js';
import { counterStoreRules } from './store-counters.rules.js';
import { fileStoreRules } from './store-files.rules.js';
import { begin, ending, owner } from './store-records.js';
import { responseStoreRules } from './store-responses.rules.js';
import { runStoreRules } from './store-runs.rules.js';
import { storeSizeRules } from './store-sizes.rules.js';
import type { StoreRules, StoreSubject, StoreUnderTest } from './store-subject.js';

const rules: Readonly<Record<string, StoreRules>> = {
  responses: responseStoreRules,
  conversations: conversationStoreRules,
  runs: runStoreRules,
  counters: counterStoreRules,
  sizes: storeSizeRules,
  files: fileStoreRules,
};

/** Gives the rules for a store. Each check opens one, has ids of its own and closes it again, so all may use one database. */
export function responseStoreContract(subject: StoreUnderTest): ContractCheck[] {
  const all = Object.entries(rules).flatMap(([part, list]) =>
    list.map(([name, check]) => ({
      name: `${part}: ${name}`,
      run: () => withStore(subject, check),
    })),
  );
  const answersPing = async ({ store }: StoreSubject): Promise<void> => {
    await store.ping();
    assert.equal(store.keepsState, true);
  };
  return [{ name: 'answers a ping', run: () => withStore(subject, answersPing) }, ...all];
}

async function withStore(
  { open, pass = (ms) => sleep(ms), isShared = true }: StoreUnderTest,
  check: (subject: StoreSubject) => Promise<void>,
): Promise<void> {
  const serial = randomUUID().slice(0, 13);
  const subject: StoreSubject = {
    store: await open(),
    id: `resp_${serial}`,
    conversation: `conv_${serial}`,
    open,
    pass,
    isShared,
    reopen: async (options) => {
      await subject.store.close();
      return (subject.store = await open(options));
    },
    finished: async (id, previous = null) => {
      const { responses } = subject.store;
      const fields = { previous_response_id: previous };
      await responses.begin(begin(id, fields));
      assert.equal(await responses.finish(owner, ending(id, fields)), true);
    },
  };
  try {
    const value = { id: subject.conversation, createdAt: 5, metadata: { a: '1' } };
    await subject.store.conversations.create(owner, value);
    await check(subject);
  } finally {
    await subject.store.close();
  }
}
