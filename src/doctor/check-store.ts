import { randomUUID } from 'node:crypto';
import type { ResponseStore } from '../store/response-store.port.js';
import { find, type Finding } from './finding.js';

/** Writes, reads and deletes a conversation that belongs to nobody. */
export async function checkStore(store: ResponseStore): Promise<Finding[]> {
  if (!store.keepsState) {
    return [{ check: 'store', result: 'skip', detail: `${store.kind}: nothing is kept` }];
  }
  const roundTrip = await find('store', async () => {
    const owner = 'doctor';
    const id = `conv_${randomUUID()}`;
    await store.conversations.create(owner, { id, createdAt: 0, metadata: {} });
    const found = await store.conversations.find(owner, id);
    await store.conversations.delete(owner, id);
    if (found === undefined) throw new Error('What was written was not found.');
    return `${store.kind}: written, read and deleted`;
  });
  const risks = (store.risks ?? []).map((detail): Finding => ({
    check: 'store',
    result: 'warn',
    detail,
  }));
  return [roundTrip, ...risks];
}
