import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { extractApiKey } from '../common/api-key.js';
import type { CallerIdentity, CallerRequest, CallerResolver } from '../common/caller.port.js';
import { missingApiKey } from '../common/error-table.js';
import { invalidApiKey } from '../common/gate-errors.js';
import { SETTINGS, type Settings } from '../config/settings.js';

/** Callers are their keys: those of PROXY_API_KEYS, or any where it names none. */
@Injectable()
export class KeyCaller implements CallerResolver {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** @throws ApiError 401. */
  identify({ headers }: CallerRequest): CallerIdentity {
    const key = extractApiKey(headers);
    this.check(key);
    return key === undefined ? { id: '' } : { id: key, backendKey: key };
  }

  private check(key: string | undefined): void {
    const { keyDigests } = this.settings.access;
    if (keyDigests.length === 0) return;
    if (key === undefined) throw missingApiKey();
    const digest = createHash('sha256').update(key).digest();
    // All keys are compared, so that the time tells nothing.
    const matches = keyDigests.map((known) => timingSafeEqual(known, digest));
    if (!matches.includes(true)) throw invalidApiKey();
  }
}
