import { randomUUID } from 'node:crypto';
import type { FileStore } from '../store/file-store.port.js';
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
  const files = store.files?.pieceBytes === undefined ? [] : [await bucketRoundTrip(store.files)];
  const risks = (store.risks ?? []).map((detail): Finding => ({
    check: 'store',
    result: 'warn',
    detail,
  }));
  return [roundTrip, ...files, ...risks];
}

/** Writes, reads and deletes a file, where files are not in the store itself. */
function bucketRoundTrip(files: FileStore): Promise<Finding> {
  return find('files', async () => {
    const [owner, id] = ['doctor', `file-${randomUUID()}`];
    const limits = { ownerBytes: 1e12, ownerFiles: 1e6, totalBytes: 1e12 };
    const expiresAt = Math.floor(Date.now() / 1000) + 60;
    const file = { id, filename: id, purpose: 'user_data', bytes: 2, createdAt: 0, expiresAt };
    try {
      await files.begin(owner, id, limits);
      await files.append(owner, id, 0, Buffer.from('ok'), limits);
      await files.finish(owner, file);
      const found = await files.read(owner, id, 0);
      if (found?.toString() !== 'ok') throw new Error('What was written was not found.');
    } finally {
      await files.delete(owner, id);
    }
    return 'bucket: written, read and deleted';
  });
}
