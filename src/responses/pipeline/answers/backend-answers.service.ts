import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { ApiError } from '../../../common/api-error.js';
import { CLOCK, type Clock } from '../../../common/clock.js';
import { modelNotFound } from '../../../common/error-table.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { BackendRequest } from '../../../contracts/backend-request.js';
import type { BackendTarget } from '../../backend/backend.js';
import type { BackendCallContext } from '../../backend/chat-backend.port.js';
import { TrafficDumpService } from '../../../logging/traffic-dump.service.js';
import { REQUEST_OBSERVER, type RequestObserver } from '../../../logging/request-observer.port.js';
import { learnFromRefusal } from '../../backend/errors/refused-fields.js';
import { recover } from '../../backend/passing/recover.js';
import { seeEach } from '../../backend/passing/see-each.js';
import { ResilientBackend } from '../../backend/layers/resilient-backend.js';
import { Backends } from '../../backend/routes/backends.service.js';
import type { RoutePlan } from '../../backend/routes/route-plan.js';
import { withSessionField } from '../../backend/calls/session-hint.js';
import { ResponseHooks } from '../hooks/response-hooks.service.js';
import type { ResponseCall } from '../call/response-call.js';
import { observedAnswer } from './observed-answer.js';
import { SessionKeys } from './session-keys.service.js';
import type { Translation } from '../translation/translation.js';
import { tryTargets } from './try-targets.js';

/** A backend may refuse a request for one form after the other; each is learned for good. */
const MOST_LESSONS = 3;

/**
 * An answer under way keeps its text here and in the folded response, as it is encoded, and what of it is garbage by then. This
 * was measured with 40 answers of 30 MB at once.
 */
const BYTES_PER_CHARACTER = 3;

export interface Asking {
  /** Its first target is the one that the request is translated for. */
  plan: RoutePlan;
  /** For the target that is asked; another target gets another one, in the same object. */
  translation: Translation;
  call: ResponseCall;
  /** The client has been shown something of an answer. */
  hasAnswered: () => boolean;
  /** @throws ApiError 400 where the next target cannot be told of the request. */
  moveTo: (target: BackendTarget) => void;
}

/** Calls the backends for the answers of a response, in the order of its route. */
@Injectable()
export class BackendAnswers {
  constructor(
    private readonly backend: ResilientBackend,
    private readonly backends: Backends,
    private readonly hooks: ResponseHooks,
    private readonly sessions: SessionKeys,
    private readonly dump: TrafficDumpService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REQUEST_OBSERVER) private readonly observer: RequestObserver | undefined,
  ) {}

  /** Gives the chunks of one answer, of the first target that gives one. */
  ask(asking: Asking): Observable<ChatChunk[]> {
    const { plan, call, hasAnswered } = asking;
    this.noteSession(call, plan);
    this.noteTarget(call, plan.targets[0]);
    const answer = tryTargets(plan, {
      ask: (target, answerBy, isLast) =>
        this.askTarget(target, asking, {
          answerBy,
          longestWaitMs: isLast ? undefined : plan.limits.longestWaitMs,
        }),
      hasAnswered,
      moveTo: (target, error, from) => {
        try {
          asking.moveTo(target);
        } catch (refusal) {
          if (refusal instanceof ApiError) return false;
          throw refusal;
        }
        if (error instanceof ApiError) from.backend.meter.fellBack(error);
        this.noteFailure(call, error);
        this.noteTarget(call, target);
        return true;
      },
      now: () => this.clock.now(),
    });
    return this.backend.inLine(answer, call.id);
  }

  /** Asks once more, in another form, where the backend refuses the form of the request. */
  private askTarget(
    target: BackendTarget,
    asking: Asking,
    limits: Pick<BackendCallContext, 'answerBy' | 'longestWaitMs'>,
  ): Observable<ChatChunk[]> {
    const { backend, model } = target;
    const { plan, translation, call } = asking;
    const { id, outcome, clientKey, headers, flow, account } = call;
    const { dialects } = backend;
    const isHinted = dialects.forModel(model).sessionHint !== 'none';
    const sessionKey = isHinted ? this.sessions.keyOf(call, plan.conversation()) : undefined;
    const context: BackendCallContext = {
      ...limits,
      sessionKey,
      backend,
      id,
      requestId: outcome.requestId,
      clientKey,
      account,
      headers,
      flow,
      onStatus: (status) => {
        outcome.backendStatus = status;
      },
    };
    const ask = (request: BackendRequest, lessons: number): Observable<ChatChunk[]> => {
      const answer = this.hooks.ask(request, call, (hooked) => {
        const sent = withSessionField(hooked, dialects.forModel(model), sessionKey);
        const streamed = this.backend.stream(sent, context);
        return this.observer === undefined
          ? streamed
          : observedAnswer(streamed, this.observer, { sent, target, asking });
      });
      return recover(answer, (error) => {
        const mayLearn = lessons < MOST_LESSONS && !call.strict && error instanceof ApiError;
        const learned = mayLearn ? learnFromRefusal(error, request) : undefined;
        if (learned !== undefined) return ask(translation.amend(learned), lessons + 1);
        throw this.explain(error, request.model, call);
      });
    };
    const count = (): void => {
      call.memory?.grow(BYTES_PER_CHARACTER * translation.stream.weight, flow);
    };
    const answer = seeEach(ask(translation.backendRequest, 0), count);
    if (!this.dump.enabled) return answer;
    return seeEach(answer, (chunks) => {
      this.dump.backendChunks(outcome.requestId, chunks);
    });
  }

  /** Adds the models that there are to a 404 for the model. */
  private explain(error: unknown, model: string, { models }: ResponseCall): unknown {
    if (!(error instanceof ApiError) || error.status !== 404) return error;
    const listing = this.backends.notFoundMessage(model, models);
    return listing === undefined ? error : modelNotFound(listing);
  }

  /** The usage of a response with several answers is a sum, which says nothing of a prefix. */
  private noteSession(call: ResponseCall, plan: RoutePlan): void {
    const { outcome, id } = call;
    // A name of the caller that only this process knows goes before the conversation, so the hash needs no secret of its own.
    const key = (): string => hash('sha256', `${id} ${plan.conversation()}`, 'base64url');
    outcome.session = outcome.session === undefined ? { key: key(), backend: '' } : null;
  }

  private noteTarget({ outcome }: ResponseCall, { backend, model }: BackendTarget): void {
    if (outcome.session) outcome.session.backend = backend.name;
    if (!this.backends.areSeveral) return;
    outcome.backend = backend.name;
    outcome.backendModel = model;
  }

  private noteFailure({ outcome }: ResponseCall, error: unknown): void {
    const code =
      error instanceof ApiError ? (error.code ?? String(error.status)) : 'internal_error';
    const { backend = '' } = outcome;
    outcome.fallbacks = [...(outcome.fallbacks ?? []), { backend, code }];
    delete outcome.backendStatus;
  }
}
