import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CallerDirectory } from '../callers/caller-directory.service.js';
import { checksKeys, extractApiKey } from '../common/api-key.js';
import type { CallerIdentity, CallerRequest, CallerResolver } from '../common/caller.port.js';
import { missingApiKey } from '../common/error-table.js';
import { invalidApiKey } from '../common/gate-errors.js';
import { SETTINGS, type Settings } from '../config/settings.js';

/** Callers are their keys: those of CALLERS_FILE and PROXY_API_KEYS, or any where neither is set. */
@Injectable()
export class KeyCaller implements CallerResolver {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly directory: CallerDirectory,
  ) {}

  /** @throws ApiError 401. */
  identify({ headers }: CallerRequest): CallerIdentity {
    const key = extractApiKey(headers);
    const known = checksKeys(this.settings.access) ? this.check(key) : undefined;
    if (known !== undefined) return known;
    return key === undefined ? { id: '' } : { id: key, backendKey: key };
  }

  /** Gives the caller of the file, or undefined for a key of PROXY_API_KEYS. */
  private check(key: string | undefined): CallerIdentity | undefined {
    if (key === undefined) throw missingApiKey();
    const digest = createHash('sha256').update(key).digest();
    // All keys are compared, so that the time tells nothing.
    const matches = this.settings.access.keyDigests.map((known) => timingSafeEqual(known, digest));
    const named = this.directory.find(digest);
    if (named === undefined && !matches.includes(true)) throw invalidApiKey();
    return named;
  }
}
