import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, finalize, fromEvent, lastValueFrom, takeUntil } from 'rxjs';
import type { ApiError } from '../common/api-error.js';
import type { BackendApi } from '../config/backend-url.js';
import { StreamLimiter } from '../gate/stream-limiter.js';
import type { BackendTarget } from '../responses/backend/backend.js';
import { Backends } from '../responses/backend/routes/backends.service.js';
import type { RoutePlan } from '../responses/backend/routes/route-plan.js';
import type { BackendListener } from '../responses/backend/wire/backend-exchange.js';
import type { BackendCall } from '../responses/backend/wire/backend-http.js';
import {
  ByteReplacer,
  compileReplacements,
  type Replacement,
} from '../responses/backend/wire/byte-replacer.js';
import { EventEraser } from './event-eraser.js';
import { FirstAnswer, type RelayedExchange } from './first-answer.js';
import { MeteredRelay } from './metered-relay.js';
import { relayAnswer } from './relay-answer.js';
import type { RelayedRequest } from './relayed-request.js';

/** Relays requests and answers as bytes, with the limits, the books, the breaker and the fallback of those that are translated. */
@Injectable()
export class Relay {
  constructor(
    private readonly backends: Backends,
    private readonly limiter: StreamLimiter,
  ) {}

  /** Rejects with ApiError while nothing of the answer has been sent. */
  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    relayedRequest: RelayedRequest,
  ): Promise<void> {
    const { plan, model: asked, api, bodyFor, names } = relayedRequest;
    const { outcome, identity } = request;
    const metered =
      identity?.account && (await MeteredRelay.open(identity.account, relayedRequest, outcome));
    const hidden = replacerFor(plan, [...names, ...modelNames(plan, asked)]);
    // What is read on the way comes decoded, and may be shorter afterwards.
    const replacer = hidden ?? (metered && new ByteReplacer([]));
    const note = ({ backend, model }: BackendTarget): void => {
      if (this.backends.areSeveral)
        Object.assign(outcome, { backend: backend.name, backendModel: model });
    };
    const callFor = (target: BackendTarget): BackendCall =>
      target.backend.calls.relay(
        (metered?.bodyFor ?? bodyFor)(target),
        request,
        replacer !== undefined,
        api,
      );
    const onFallback = (to: BackendTarget, { code, status }: ApiError): void => {
      const failed = { backend: outcome.backend ?? '', code: code ?? String(status) };
      outcome.fallbacks = [...(outcome.fallbacks ?? []), failed];
      note(to);
    };
    note(plan.targets[0]);
    const relayed = defer(() => {
      const start = (listener: BackendListener): RelayedExchange =>
        new FirstAnswer(
          plan,
          { callFor, onFallback },
          metered?.watch(listener) ?? listener,
        ).start();
      return relayAnswer(start, outcome, reply, replacer, eventEraserFor(plan, api));
    });
    const clientLeft = fromEvent(reply.raw, 'close');
    const held = this.limiter.hold(relayed, request.caller).pipe(
      takeUntil(clientLeft),
      finalize(() => metered?.settle()),
    );
    await lastValueFrom(held, { defaultValue: undefined });
  }
}

/** Replaces what the answer must not show, and the names that the client gave its tools. */
function replacerFor(
  { targets }: RoutePlan,
  names: readonly Replacement[],
): ByteReplacer | undefined {
  const hidden = targets.flatMap(({ backend }) => backend.calls.secrets.replacements);
  return hidden.length + names.length === 0
    ? undefined
    : new ByteReplacer(compileReplacements([...hidden, ...names]));
}

/** Any of the targets may answer; the secrets of all are erased. */
function eventEraserFor({ targets }: RoutePlan, api: BackendApi): EventEraser | undefined {
  const backends = new Set(targets.map(({ backend }) => backend));
  const erasers = [...backends].flatMap(
    ({ calls: { secrets } }) =>
      (api === 'chat' ? secrets.newChunkEraser() : secrets.newDeltaEraser()) ?? [],
  );
  return erasers.length === 0 ? undefined : new EventEraser(erasers);
}

/** The answer has the client's name of the model, as `/v1/responses` has, where a route gives the model another one there. */
function modelNames({ targets }: RoutePlan, asked: string): readonly Replacement[] {
  const renamed = targets.filter(({ isAlias, model }) => isAlias && model !== asked);
  return renamed.flatMap(({ model }) =>
    ['"model":', '"model": '].map((field): Replacement => [
      field + JSON.stringify(model),
      field + JSON.stringify(asked),
    ]),
  );
}
