import { hash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiError } from '../common/api-error.js';
import { extractApiKey } from '../common/api-key.js';
import { CALLER, type CallerIdentity, type CallerResolver } from '../common/caller.port.js';
import { toApiError } from '../common/to-api-error.js';
import { withinTime } from '../common/within-time.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { isApiRoute } from './api-route.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Tells callers apart, for what one of them may take at most; see Callers. It is empty outside of the API. */
    caller: string;
    /** CALLER refused the request; AdmissionService says so in its turn. */
    identityError: ApiError | undefined;
  }
}

/** Asks CALLER who sends each request, and names callers within this process. */
@Injectable()
export class Callers {
  // A key is never kept, not even in memory, and a plain hash of a short one could be guessed. The names are told to nobody, so
  // that the secret may simply go before the key, which is a third of the work of an HMAC.
  private readonly secret = randomBytes(32).toString('base64');

  constructor(
    @Inject(CALLER) private readonly resolver: CallerResolver,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  addTo(server: FastifyInstance): void {
    for (const [name, value] of [['caller', ''], ['identity'], ['identityError']] as const)
      server.decorateRequest(name, value);
    server.addHook('onRequest', (request, _reply, done) => {
      // Health and metrics are asked often, and take nothing.
      if (!isApiRoute(request)) {
        if (request.method !== 'GET')
          request.caller = this.nameOf(extractApiKey(request.headers) ?? request.ip);
        done();
        return;
      }
      const asked = this.identify(request);
      if (asked === undefined) done();
      else
        void asked.then(() => {
          done();
        });
    });
  }

  /** Notes who sent the request, or why it is refused. Where CALLER answers at once nothing is waited for. */
  identify(request: FastifyRequest): Promise<void> | undefined {
    const refuse = (error: unknown): void => {
      request.identity = undefined;
      request.identityError = toApiError(error, request);
      request.caller ||= this.nameOf(request.ip);
    };
    const accept = (identity: CallerIdentity): void => {
      if (typeof (identity as Partial<CallerIdentity> | undefined)?.id !== 'string')
        throw new Error('CALLER gave no id.');
      request.identity = identity;
      request.identityError = undefined;
      if (identity.name !== undefined) Object.assign(request.outcome, { caller: identity.name });
      request.caller = this.nameOf(identity.id === '' ? request.ip : identity.id);
    };
    try {
      const { headers, ip } = request;
      const found = this.resolver.identify({ headers, ip });
      if ('then' in found)
        return withinTime(found, this.settings.hooks.timeoutMs).then(accept).catch(refuse);
      accept(found);
    } catch (error) {
      refuse(error);
    }
    return undefined;
  }

  /** Gives the same name to all requests of a caller, for as long as this process lives. */
  private nameOf(caller: string): string {
    return hash('sha256', this.secret + caller, 'base64');
  }
}
