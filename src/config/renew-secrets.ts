import type { Settings } from './settings.js';

/**
 * Puts the secrets that may change while the service runs in place of those in `settings`, whose readers look at each use:
 * clients' keys, the operator's key, the bucket's, the inspector's and the seal keys. Requests under way keep what they have begun with. The
 * others (STORE_URL, STORE_SECRET) belong to the state that is open, and need a restart.
 */
export function renewSecrets(settings: Settings, fresh: Settings): void {
  settings.access.keyDigests = fresh.access.keyDigests;
  settings.backend.apiKey = fresh.backend.apiKey;
  settings.sealing.keys = fresh.sealing.keys;
  settings.inspector.keyDigest = fresh.inspector.keyDigest;
  const { bucket } = fresh.files;
  if (settings.files.bucket === undefined || bucket === undefined) return;
  const { accessKeyId, secretAccessKey } = bucket;
  Object.assign(settings.files.bucket, { accessKeyId, secretAccessKey });
}

/** Names the secrets that are other ones than before, although they need a restart. */
export function secretsForRestart(settings: Settings, fresh: Settings): string[] {
  return [
    ...(settings.store.url === fresh.store.url ? [] : ['STORE_URL']),
    ...(settings.store.secret === fresh.store.secret ? [] : ['STORE_SECRET']),
  ];
}
