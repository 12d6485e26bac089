import { createHmac } from 'node:crypto';

/**
 * Says who owns stored state: HMAC-SHA256 of the caller's key, as 64 hex digits. The key cannot be found from it without
 * STORE_SECRET, and is not kept. Callers without a key (open backends in the private network) are one owner.
 */
export function storeOwner(apiKey: string | undefined, secret: string): string {
  return createHmac('sha256', secret)
    .update(apiKey ?? '')
    .digest('hex');
}
