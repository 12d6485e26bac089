/** Writes responses and files to the store `argv[2]` and prints each id once its end is acknowledged, until it is killed. */
import { Buffer } from 'node:buffer';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { URL } from 'node:url';

const dist = new URL('../../../dist/store/', import.meta.url);
const { openStore } = await import(new URL('open-store.js', dist));

const [, , url, prefix] = process.argv;
const store = await openStore({
  settings: { url, ttlMs: 3_600_000, maxBytes: 2 ** 30, maxConnections: 2 },
  clock: { now: () => Date.now() },
  seal: undefined,
  onError: (error) => process.stderr.write(`${error.message}\n`),
});
const text = 'x'.repeat(2_000);
const limits = { ownerBytes: 1e12, ownerFiles: 1e9, totalBytes: 1e12 };
/** The second piece says that the first is there. */
const pieces = [Buffer.alloc(5_000, 'a'), Buffer.from('end')];
async function writeFile(id) {
  await store.files.begin('o', id, limits);
  for (const [place, piece] of pieces.entries()) {
    await store.files.append('o', id, place, piece, limits);
  }
  const file = { id, filename: 'f', purpose: 'user_data', bytes: 5_003, createdAt: 1 };
  await store.files.finish('o', { ...file, expiresAt: 4_000_000_000 });
  await new Promise((resolve) => process.stdout.write(`${id}\n`, resolve));
}
for (let number = 0; number < 100_000; number += 1) {
  const id = `resp_${prefix}_${number}`;
  const response = { id, status: 'in_progress', previous_response_id: null, output: [] };
  const input = [{ type: 'message', id: `msg_${id}`, role: 'user', content: text }];
  await store.responses.begin({ owner: 'o', response, input, replica: 'r' });
  const output = [{ type: 'message', id: `out_${id}`, content: [] }];
  await store.responses.finish('o', { response: { ...response, status: 'completed', output } });
  await new Promise((resolve) => process.stdout.write(`${id}\n`, resolve));
  if (number % 3 === 0) await writeFile(`file_${prefix}_${number}`);
  if (number % 20 === 0) await setImmediate();
}
