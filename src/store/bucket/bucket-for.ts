import { createHmac } from 'node:crypto';
import type { Settings } from '../../config/settings.js';
import { RecordCodec } from '../record-codec.js';
import type { ResponseStore } from '../response-store.port.js';
import type { OpenStoreOptions } from '../store-opener.port.js';

type Options = Omit<OpenStoreOptions, 'settings'> & {
  settings: Pick<Settings, 'store' | 'files' | 'server' | 'backend'>;
};

/** Gives the same store, whose files are in the bucket of the settings, where they name one. */
export async function bucketFor(
  store: ResponseStore,
  { settings, clock, seal, onError }: Options,
): Promise<ResponseStore> {
  const { bucket: place } = settings.files;
  if (place === undefined || store.files === undefined) return store;
  const [{ S3Bucket }, { BucketFiles }] = await Promise.all([
    import('./s3-bucket.js'),
    import('./bucket-files.js'),
  ]);
  const namespace = namespaceOf(settings.store.secret ?? '');
  const bucket = new S3Bucket(place, namespace, settings.backend.egressProxy);
  const uploadMs = settings.server.requestTimeoutMs;
  const codec = new RecordCodec(seal);
  const index = store.files;
  const files = new BucketFiles({ bucket, index, codec, seal, clock, uploadMs, onError });
  return {
    kind: store.kind,
    keepsState: store.keepsState,
    risks: store.risks ?? [],
    responses: store.responses,
    conversations: store.conversations,
    runs: store.runs,
    counters: store.counters,
    files,
    ping: () => store.ping(),
    sweep: async () => {
      await Promise.all([store.sweep(), files.sweep()]);
    },
    close: async () => {
      await Promise.all([store.close(), bucket.close()]);
    },
  };
}

/** What is not in the index is deleted, so a service with another store must never list these objects. */
function namespaceOf(secret: string): string {
  return createHmac('sha256', secret).update('files in a bucket').digest('hex').slice(0, 16);
}
