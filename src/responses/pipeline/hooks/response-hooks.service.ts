import { HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import { concatMap, defer, finalize, tap, type Observable } from 'rxjs';
import type { ApiError } from '../../../common/api-error.js';
import { CLOCK, type Clock } from '../../../common/clock.js';
import { asApiError, httpError } from '../../../common/error-table.js';
import { withinTime } from '../../../common/within-time.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { BackendRequest } from '../../../contracts/backend-request.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import type { ResponseStream } from '../../translator/stream/response-stream.js';
import type { ResponseCall } from '../call/response-call.js';
import { hookedEvents } from './hooked-events.js';
import {
  AnswerStopped,
  RESPONSE_HOOKS,
  type HookContext,
  type ResponseHook,
} from './response-hook.port.js';

/** Says how a response ended where a hook had another end than the backend. */
export interface Overruled {
  response: ResponseResource;
  failure: ApiError | undefined;
}

/** Runs the hooks of plugins around a response. Where there is none for a place, nothing is done there. */
@Injectable()
export class ResponseHooks {
  private readonly logger = new Logger(ResponseHooks.name);
  private readonly contexts = new WeakMap<ResponseCall, HookContext>();
  private readonly before: readonly ResponseHook[];
  private readonly atBackend: readonly ResponseHook[];
  private readonly onEvents: readonly ResponseHook[];
  private readonly after: readonly ResponseHook[];
  private readonly limitMs: number;

  constructor(
    @Inject(RESPONSE_HOOKS) hooks: readonly ResponseHook[],
    @Inject(SETTINGS) { hooks: { timeoutMs } }: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    const ordered = hooks.toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0));
    this.before = ordered.filter((hook) => hook.beforeTranslate !== undefined);
    this.atBackend = ordered.filter((hook) => hook.beforeBackend !== undefined);
    this.onEvents = ordered.filter((hook) => hook.onEvents !== undefined);
    this.after = ordered.filter((hook) => hook.afterResponse !== undefined);
    this.limitMs = timeoutMs;
  }

  /** @throws ApiError as a hook refused the request. */
  async beforeTranslate(
    request: CreateResponseBody,
    call: ResponseCall,
  ): Promise<CreateResponseBody> {
    this.contexts.set(call, contextOf(request, call));
    let changed = request;
    for (const hook of this.before)
      changed =
        (await this.run(() => hook.beforeTranslate?.(changed, this.contextFor(call)))) ?? changed;
    return changed;
  }

  /** Asks the backend for what the hooks make of a request. */
  ask<Answer>(
    request: BackendRequest,
    call: ResponseCall,
    ask: (request: BackendRequest) => Observable<Answer>,
  ): Observable<Answer> {
    if (this.atBackend.length === 0) return ask(request);
    return defer(() => this.beforeBackend(request, call)).pipe(concatMap(ask));
  }

  private async beforeBackend(
    request: BackendRequest,
    call: ResponseCall,
  ): Promise<BackendRequest> {
    let changed = request;
    for (const hook of this.atBackend)
      changed =
        (await this.run(() => hook.beforeBackend?.(changed, this.contextFor(call)))) ?? changed;
    return changed;
  }

  /** Gives the events as the hooks let them go on; the end is told to those who count. */
  around(
    events: Observable<ResponseEvent[]>,
    translation: { readonly stream: ResponseStream },
    call: ResponseCall,
    onOverruled: (ending: Overruled) => void,
  ): Observable<ResponseEvent[]> {
    const seen =
      this.onEvents.length === 0 ? events : this.guarded(events, translation, call, onOverruled);
    return this.after.length === 0 ? seen : this.counted(seen, call);
  }

  private guarded(
    events: Observable<ResponseEvent[]>,
    translation: { readonly stream: ResponseStream },
    call: ResponseCall,
    onOverruled: (ending: Overruled) => void,
  ): Observable<ResponseEvent[]> {
    const context = this.contextFor(call);
    return hookedEvents(events, {
      streamOf: translation,
      run: (batch) => this.passOn(batch, context),
      read: (thrown) => (thrown instanceof AnswerStopped ? undefined : readError(thrown)),
      onOverruled: (response, failure) => {
        onOverruled({ response, failure });
      },
    });
  }

  /** Hooks that answer at once cost no turn of the event loop. */
  private passOn(
    batch: readonly ResponseEvent[],
    context: HookContext,
    first = 0,
  ): readonly ResponseEvent[] | Promise<readonly ResponseEvent[]> {
    let given = batch;
    for (let index = first; index < this.onEvents.length; index++) {
      const next = this.onEvents[index]?.onEvents?.(given, context) ?? given;
      if (next instanceof Promise)
        return withinTime(next, this.limitMs).then((later) =>
          this.passOn(later, context, index + 1),
        );
      given = next;
    }
    return given;
  }

  private counted(
    events: Observable<ResponseEvent[]>,
    call: ResponseCall,
  ): Observable<ResponseEvent[]> {
    const startedAt = this.clock.now();
    let response: ResponseResource | undefined;
    return events.pipe(
      tap((batch) => {
        const last = batch.at(-1);
        if (last !== undefined && 'response' in last && last.response.status !== 'in_progress')
          response = last.response;
      }),
      finalize(() => {
        const end = { response, durationMs: this.clock.now() - startedAt };
        for (const hook of this.after)
          this.run(() => hook.afterResponse?.(end, this.contextFor(call))).catch(
            (error: unknown) => {
              this.logger.error(`afterResponse failed: ${String(error)}`);
            },
          );
      }),
    );
  }

  private async run<T>(step: () => T | Promise<T>): Promise<T> {
    try {
      return await withinTime(Promise.resolve(step()), this.limitMs);
    } catch (error) {
      throw readError(error);
    }
  }

  private contextFor(call: ResponseCall): HookContext {
    return this.contexts.get(call) ?? contextOf({ model: call.outcome.model ?? '' }, call);
  }
}

function contextOf({ model }: { model: string }, call: ResponseCall): HookContext {
  const { id: callerId, name: callerName, outcome, headers, background = false } = call;
  return { requestId: outcome.requestId, model, callerId, callerName, headers, background };
}

/** Reads what a hook threw: an error for the client, one of Nest's, or a fault of the hook, which stays in the log. */
function readError(thrown: unknown): ApiError {
  if (thrown instanceof HttpException) return httpError(thrown.getStatus(), thrown.message, thrown);
  return asApiError(thrown);
}
