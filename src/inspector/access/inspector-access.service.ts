import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { apiError, type ApiError } from '../../common/api-error.js';
import { CLOCK, type Clock } from '../../common/clock.js';
import { invalidApiKey, rateLimited } from '../../common/gate-errors.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { comesFromHere } from './comes-from-here.js';

const COOKIE = 'inspector_session';
const SESSION_MS = 12 * 60 * 60 * 1000;

/** An address may be wrong so often in a minute. */
const MOST_FAILURES = 5;
const WINDOW_MS = 60_000;
const REMEMBERED_ADDRESSES = 1_000;
const REMEMBERED_ENDS = 10_000;

/**
 * Says who may look: who has logged in with INSPECTOR_KEY, or, where there is none, programs of this machine. A session is a signed
 * time, so that none needs to be kept; it ends with the process, with its key, or when its user logs out.
 */
@Injectable()
export class InspectorAccess {
  private readonly secret = randomBytes(32);
  /** Holds sessions that were ended before their time. */
  private readonly ended = new LRUCache<string, true>({ max: REMEMBERED_ENDS });
  private readonly failures = new LRUCache<string, { count: number; since: number }>({
    max: REMEMBERED_ADDRESSES,
  });

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Gives the error that refuses the request, or undefined. */
  refusal(request: FastifyRequest): ApiError | undefined {
    if (isOfAnotherSite(request)) return notForOthers();
    if (this.keyDigest === undefined) return comesFromHere(request) ? undefined : onlyFromHere();
    return this.isOpenSession(sessionOf(request)) ? undefined : notLoggedIn();
  }

  /** A page without data is for everybody who may log in. */
  refusalOfPage(request: FastifyRequest): ApiError | undefined {
    return this.keyDigest === undefined && !comesFromHere(request) ? onlyFromHere() : undefined;
  }

  /**
   * Gives the cookie of a new session.
   * @throws ApiError 401 for a wrong key, 429 for too many of them.
   */
  logIn(key: unknown, request: FastifyRequest): string {
    const now = this.clock.now();
    const failed = this.failures.get(request.ip);
    const counts = failed !== undefined && now - failed.since < WINDOW_MS;
    if (counts && failed.count >= MOST_FAILURES)
      throw rateLimited(Math.ceil((failed.since + WINDOW_MS - now) / 1000));
    if (!this.isKey(key)) {
      const since = counts ? failed.since : now;
      this.failures.set(request.ip, { count: counts ? failed.count + 1 : 1, since });
      throw invalidApiKey();
    }
    this.failures.delete(request.ip);
    const name = `${now + SESSION_MS}-${randomBytes(9).toString('base64url')}`;
    return cookieOf(this.sign(name), SESSION_MS / 1000, request);
  }

  /** Ends the session, also for a copy of its cookie, and gives the cookie that takes its place. */
  logOut(request: FastifyRequest): string {
    const session = sessionOf(request);
    if (this.isOpenSession(session)) this.ended.set(session, true);
    return cookieOf('', 0, request);
  }

  private get keyDigest(): Buffer | undefined {
    return this.settings.inspector.keyDigest;
  }

  private isKey(key: unknown): boolean {
    const digest = createHash('sha256').update(String(key)).digest();
    return this.keyDigest !== undefined && timingSafeEqual(digest, this.keyDigest);
  }

  private isOpenSession(session: string): boolean {
    const [name = ''] = session.split('.');
    const signed = Buffer.from(this.sign(name));
    const given = Buffer.from(session);
    const isOurs = signed.length === given.length && timingSafeEqual(signed, given);
    return isOurs && endOf(session) > this.clock.now() && !this.ended.has(session);
  }

  private sign(name: string): string {
    const hmac = createHmac('sha256', this.secret).update(this.keyDigest ?? '');
    return `${name}.${hmac.update(name).digest('base64url')}`;
  }
}

/** Gives the time at which a session ends, with which it begins. */
function endOf(session: string): number {
  return Number.parseInt(session, 10);
}

/** Whatever CORS_ORIGINS allows, pages of other origins have no business here. */
function isOfAnotherSite({ headers }: FastifyRequest): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (site === 'cross-site' || site === 'same-site') return true;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
}

function sessionOf({ headers }: FastifyRequest): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const own = pairs.find((pair) => pair.startsWith(`${COOKIE}=`));
  return own?.slice(COOKIE.length + 1) ?? '';
}

/** Without a path the cookie is for `/inspector/api/` alone, below whatever prefix the service has. */
function cookieOf(value: string, seconds: number, { headers, protocol }: FastifyRequest): string {
  const isSecure = protocol === 'https' || headers['x-forwarded-proto'] === 'https';
  const flags = isSecure ? '; Secure' : '';
  return `${COOKIE}=${value}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${flags}`;
}

function notLoggedIn(): ApiError {
  return apiError('missing_api_key', 'Log in with INSPECTOR_KEY.');
}

function onlyFromHere(): ApiError {
  return apiError(
    'permission_denied',
    'Without INSPECTOR_KEY the inspector is open to this machine alone.',
  );
}

function notForOthers(): ApiError {
  return apiError('origin_not_allowed', 'Pages of other sites may not use the inspector.');
}
