import { isPrivateHost } from '../../../config/private-host.js';
import type { BackendEntry } from './backends-file.schema.js';
import type { CheckedFile } from '../../../common/checked-file.js';

/** Whose key a backend gets. */
export interface KeyPolicy {
  apiKey: string | undefined;
  takesClientKeys: boolean;
}

type Entries = readonly (readonly [name: string, entry: BackendEntry, url: URL])[];

/**
 * Who gets the clients' keys: the backend that says `key: client`, else the only one that says nothing. Of several that say
 * nothing those in the private network get no key, since engines next door are usually open. Clients' keys go to one
 * origin alone, whatever falls back where; more than one is a problem of the file, and so is a public backend without any key.
 */
export function keyPolicies(
  entries: Entries,
  hasProxyKeys: boolean,
  file: CheckedFile,
): Map<string, KeyPolicy> {
  const silent = entries.filter(([, { key }]) => key === undefined);
  const declared = entries.filter(([, { key }]) => key === 'client');
  const supposed = silent.length === 1 ? silent : silent.filter(([, , url]) => isPublic(url));
  const takers = declared.length > 0 ? declared : hasProxyKeys ? [] : supposed;
  checkTakers(takers, hasProxyKeys, file);
  return new Map(
    entries.map(([name, { key }, url]) => {
      const takesClientKeys = takers.some(([taker]) => taker === name);
      if (key === undefined && !takesClientKeys && isPublic(url)) {
        file.add(['backends', name], 'needs a key; `key: none` calls it without one');
      }
      const isKey = key !== undefined && key !== 'client' && key !== 'none';
      if (isKey && !/^[\x21-\x7e]{8,1000}$/.test(key)) {
        file.add(['backends', name, 'key'], 'must be at least 8 visible ASCII characters long');
      }
      return [name, { apiKey: isKey ? key : undefined, takesClientKeys }];
    }),
  );
}

function checkTakers(takers: Entries, hasProxyKeys: boolean, file: CheckedFile): void {
  const [first, ...others] = takers;
  if (first === undefined) return;
  if (hasProxyKeys) {
    file.add(
      ['backends', first[0], 'key'],
      'must not be client with PROXY_API_KEYS or CALLERS_FILE: those keys are for this service alone',
    );
  }
  for (const [name, , url] of others) {
    if (url.origin === first[2].origin) continue;
    file.add(
      ['backends', name],
      `would get the clients' keys, and so would ${first[0]}: one may; the others need a key, or \`key: none\``,
    );
  }
}

function isPublic(url: URL): boolean {
  return !isPrivateHost(url.hostname);
}
