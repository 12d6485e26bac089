import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { URL } from 'node:url';
import { compareServices } from '../support/compare-services.mjs';

/** Limits that no round reaches, of each kind, so that each is counted. */
const terms = {
  requestsPerMinute: 1e6,
  tokensPerMinute: 1e12,
  tokensPerDay: 1e12,
  tokensPerMonth: 1e12,
};

/** Measures what the file of callers costs: services with the operator's key for all, and for a caller with limits. */
export async function measureCallers(backend, options) {
  const { dist } = options;
  const { addCaller } = await import(new URL(`${dist}/callers/edit-callers-file.js`));
  const folder = await mkdtemp(join(tmpdir(), 'bench-callers-'));
  try {
    const { text, key } = addCaller('', 'team', terms, new Date());
    const CALLERS_FILE = join(folder, 'callers.yaml');
    await writeFile(CALLERS_FILE, text);
    const operator = { BACKEND_API_KEY: 'operator-key-0123456789' };
    const shared = 'shared-key-0123456789';
    const kinds = [
      { name: 'off', dist, env: { ...operator, PROXY_API_KEYS: shared }, key: shared },
      { name: 'on', dist, env: { ...operator, CALLERS_FILE }, key },
    ];
    return await compareServices(backend, kinds, options);
  } finally {
    await rm(folder, { recursive: true });
  }
}
