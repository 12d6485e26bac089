import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { extractApiKey } from '../common/api-key.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { storeOwner } from './store-owner.js';

/** Tells callers apart by a keyed hash of their key. */
@Injectable()
export class Owners {
  private readonly secret: string;
  private readonly keepsState: boolean;

  constructor(@Inject(SETTINGS) { store }: Settings) {
    this.secret = store.secret ?? randomBytes(32).toString('hex');
    this.keepsState = store.url !== 'none:';
  }

  of(headers: IncomingHttpHeaders): string {
    // Where nothing is kept nobody owns anything, and the hash is a twentieth of a small request's CPU time.
    return this.keepsState ? storeOwner(extractApiKey(headers), this.secret) : '';
  }
}
