import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../common/clock.js';
import type { CallerAccount } from '../common/caller-account.port.js';
import type { CallerIdentity } from '../common/caller.port.js';
import { expiredApiKey } from '../common/gate-errors.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { CallerAccounts } from './caller-accounts.service.js';
import { readCallersFile, type NamedCaller } from './read-callers-file.js';

interface KnownKey {
  digest: Buffer;
  expiresAt: number;
  identity: CallerIdentity;
}

/** Knows the callers of CALLERS_FILE by their keys. */
@Injectable()
export class CallerDirectory {
  /**
   * A digest is looked up under this secret: nobody outside knows which of two keys stands nearer to a third, so that the time of a
   * look-up tells nothing of the keys that there are.
   */
  private readonly secret = createSecretKey(randomBytes(32));
  private keys: ReadonlyMap<string, KnownKey> = new Map();
  /** It is that of the file in force, as `stateOfFile` tells it. */
  fileState: string | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly accounts: CallerAccounts,
  ) {
    this.reload();
  }

  /** Gives the caller whose key has this SHA-256, or undefined. @throws ApiError 401 when the key has expired. */
  find(digest: Buffer): CallerIdentity | undefined {
    const known = this.keys.get(this.placeOf(digest));
    if (known === undefined || !timingSafeEqual(known.digest, digest)) return undefined;
    if (known.expiresAt <= this.clock.now()) throw expiredApiKey();
    return known.identity;
  }

  /**
   * Puts the file as it now stands in force, from the next request on and the next turn of a WebSocket. What runs goes on.
   * @throws EnvironmentError with every problem of the file. All stays as it was then.
   */
  reload(): void {
    const { callersFile } = this.settings.access;
    if (callersFile === undefined) return;
    const { callers, currency, state } = readCallersFile(callersFile);
    this.accounts.keep(
      callers.map(({ id, name, limits }) => [id, { name, limits, currency }] as const),
    );
    this.keys = new Map(callers.flatMap((caller) => this.keysOf(caller)));
    this.fileState = state;
  }

  private keysOf(caller: NamedCaller): [string, KnownKey][] {
    const identity = identityOf(caller, this.accounts.of(caller.id));
    return caller.keys.map(({ digest, expiresAt }) => [
      this.placeOf(digest),
      { digest, identity, expiresAt: Math.min(expiresAt, caller.expiresAt) },
    ]);
  }

  private placeOf(digest: Buffer): string {
    return createHmac('sha256', this.secret).update(digest).digest('base64');
  }
}

/** The id begins with a line end, which no key can hold: nobody becomes a caller of the file by a key that is spelt like one. */
function identityOf(
  { name, id, models, limits }: NamedCaller,
  account: CallerAccount | undefined,
): CallerIdentity {
  return {
    id: `\ncaller ${id}`,
    name,
    ...(models === undefined ? {} : { models }),
    ...(account === undefined ? {} : { account }),
    // The account counts them, over all replicas.
    ...(limits.requestsPerMinute === undefined ? {} : { requestsPerMinute: 0 }),
  };
}
