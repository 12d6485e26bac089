import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { CallerIdentity } from '../common/caller.port.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { storeOwner } from './store-owner.js';

const maxRemembered = 1_000;

/** Tells callers apart by a keyed hash of their key, or of what CALLER says they are. */
@Injectable()
export class Owners {
  private readonly secret: string;
  private readonly keepsState: boolean;
  /** Callers with an id, by their names in this process: a key is never kept, and its hash costs more than all of this. */
  private readonly remembered = new LRUCache<string, string>({ max: maxRemembered });
  private readonly ofNobody: string;

  constructor(@Inject(SETTINGS) { store }: Settings) {
    this.secret = store.secret ?? randomBytes(32).toString('hex');
    this.keepsState = store.url !== 'none:';
    this.ofNobody = storeOwner(undefined, this.secret);
  }

  of({ identity, caller }: { identity: CallerIdentity | undefined; caller: string }): string {
    // Where nothing is kept nobody owns anything.
    if (!this.keepsState) return '';
    // The name of a caller without an id is that of an address, which a key may look like.
    if (!identity?.id) return this.ofNobody;
    const known = this.remembered.get(caller);
    if (known !== undefined) return known;
    const owner = storeOwner(identity.id, this.secret);
    this.remembered.set(caller, owner);
    return owner;
  }
}
