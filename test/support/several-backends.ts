import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ScriptedBackend } from './scripted-backend.js';
import { startApp, type StartedApp } from './start-app.js';
import { TEST_KEY } from './start-service.js';

type Entry = Record<string, unknown>;

/** The service in front of the scripted backends `a`, `b` and `c`. */
export interface SeveralBackends {
  a: ScriptedBackend;
  b: ScriptedBackend;
  c: ScriptedBackend;
  proxy: StartedApp;
  /** POST /v1/responses, or another path. */
  post(
    body: object,
    options?: { path?: string; headers?: Record<string, string> },
  ): Promise<Response>;
  /** Writes the file anew. */
  write(file: object): void;
  close(): Promise<void>;
}

/** A folder of its own for a backends file, and the way to be rid of it. */
export function backendsFile(): {
  path: string;
  write: (file: object) => void;
  remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'routing-'));
  const path = join(folder, 'backends.yaml');
  return {
    path,
    write: (file) => {
      writeFileSync(path, stringify(file));
    },
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

/** @param more what is said of each backend beside its URL; a backend that is not named has the key of its name. */
export async function startSeveral(
  routes: readonly object[],
  more: { a?: Entry; b?: Entry; c?: Entry; fallback?: Entry } = {},
  environment: Record<string, string> = {},
): Promise<SeveralBackends> {
  const [a, b, c] = await Promise.all([
    ScriptedBackend.start(),
    ScriptedBackend.start(),
    ScriptedBackend.start(),
  ]);
  const { fallback, ...entries } = more;
  const file = backendsFile();
  const content = (list: readonly object[]) => ({
    backends: {
      a: { url: a.url, key: 'key-of-house-a', ...entries.a },
      b: { url: b.url, key: 'key-of-house-b', ...entries.b },
      c: { url: c.url, key: 'key-of-house-c', ...entries.c },
    },
    routes: list,
    ...(fallback === undefined ? {} : { fallback }),
  });
  file.write(content(routes));
  const proxy = await startApp({
    BACKENDS_FILE: file.path,
    LOG_LEVEL: 'info',
    ...environment,
  });
  return {
    a,
    b,
    c,
    proxy,
    post: (body, { path = '/v1/responses', headers = {} } = {}) =>
      fetch(proxy.url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${TEST_KEY}`,
          ...headers,
        },
        body: JSON.stringify(body),
      }),
    write: file.write,
    close: async () => {
      await proxy.close();
      await Promise.all([a.close(), b.close(), c.close()]);
      file.remove();
    },
  };
}
