import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

const VERSION = 'rp1';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Says what a sealed text is for. It is bound to it: sealed reasoning never opens as a compaction. */
export type SealPurpose = 'reasoning' | 'compaction' | 'store';

interface SealKey {
  id: string;
  key: Buffer;
}

/**
 * Seals texts that travel through clients and back, unreadable and unchangeable for them: AES-256-GCM over the compressed text.
 * The form is `rp1.<key id>.<base64url of iv, tag, ciphertext>`. The first key seals, all of them open, so a key is rotated by
 * putting a new one in front.
 */
export class Sealer {
  private keys: readonly [SealKey, ...SealKey[]];

  /** @param secrets are any texts of enough entropy; their order matters. */
  constructor(
    secrets: readonly [string, ...string[]],
    private readonly maxTextBytes = 32 * 1024 * 1024,
  ) {
    this.keys = deriveKeys(secrets);
  }

  /** Seals and opens with other secrets from now on. */
  use(secrets: readonly [string, ...string[]]): void {
    this.keys = deriveKeys(secrets);
  }

  seal(purpose: SealPurpose, text: string): string {
    const { id, key } = this.keys[0];
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, key, iv);
    cipher.setAAD(additionalData(purpose, id));
    const compressed = deflateRawSync(Buffer.from(text, 'utf8'));
    const ciphertext = Buffer.concat([cipher.update(compressed), cipher.final()]);
    const sealed = Buffer.concat([iv, cipher.getAuthTag(), ciphertext]);
    return `${VERSION}.${id}.${sealed.toString('base64url')}`;
  }

  /** Opens a text. Gives undefined for what was tampered with, cut, or sealed by someone else. Never throws. */
  open(purpose: SealPurpose, sealed: string): string | undefined {
    const [version, id, payload, ...rest] = sealed.split('.');
    if (version !== VERSION || payload === undefined || rest.length > 0) return undefined;
    const key = this.keys.find((candidate) => candidate.id === id);
    if (key === undefined) return undefined;
    try {
      return this.decrypt(purpose, key, Buffer.from(payload, 'base64url'));
    } catch {
      return undefined;
    }
  }

  private decrypt(purpose: SealPurpose, { id, key }: SealKey, sealed: Buffer): string {
    const tagEnd = IV_BYTES + TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(additionalData(purpose, id));
    decipher.setAuthTag(sealed.subarray(IV_BYTES, tagEnd));
    const compressed = Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]);
    return inflateRawSync(compressed, { maxOutputLength: this.maxTextBytes }).toString('utf8');
  }
}

function deriveKeys([first, ...older]: readonly [string, ...string[]]): [SealKey, ...SealKey[]] {
  return [deriveKey(first), ...older.map(deriveKey)];
}

function deriveKey(secret: string): SealKey {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'responses-proxy seal key', 32));
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key };
}

function additionalData(purpose: SealPurpose, keyId: string): Buffer {
  return Buffer.from(`${VERSION}.${keyId}.${purpose}`);
}
