import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { Caller } from '../../backend/calls/caller.js';

/**
 * Names conversations to backends, so that the machines behind one URL can keep a conversation together. The name is a keyed
 * hash of the caller's key and the conversation, so it tells nothing of either, and two callers never share one. It is the same
 * on all workers, and on all replicas with one STORE_SECRET.
 */
@Injectable()
export class SessionKeys {
  private readonly secret: KeyObject;

  constructor(@Inject(SETTINGS) { store }: Pick<Settings, 'store'>) {
    const secret = store.secret;
    this.secret = createSecretKey(secret === undefined ? randomBytes(32) : Buffer.from(secret));
  }

  /** @returns 43 characters of base64url, which every documented limit and every header takes. */
  keyOf({ identity }: Pick<Caller, 'identity'>, conversation: string): string {
    // The first word keeps these hashes apart from others under the same secret, those of owners among them.
    return createHmac('sha256', this.secret)
      .update(JSON.stringify(['session', identity ?? null, conversation]))
      .digest('base64url');
  }
}
