import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { CallerIdentity } from '../common/caller.port.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { storeOwner } from './store-owner.js';

/** Tells callers apart by a keyed hash of their key, or of what CALLER says they are. */
@Injectable()
export class Owners {
  private readonly secret: string;
  private readonly keepsState: boolean;

  constructor(@Inject(SETTINGS) { store }: Settings) {
    this.secret = store.secret ?? randomBytes(32).toString('hex');
    this.keepsState = store.url !== 'none:';
  }

  of({ identity }: { identity: CallerIdentity | undefined }): string {
    // Where nothing is kept nobody owns anything, and the hash is a twentieth of a small request's CPU time.
    return this.keepsState ? storeOwner(identity?.id, this.secret) : '';
  }
}
