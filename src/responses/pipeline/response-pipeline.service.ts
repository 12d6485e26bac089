import { Inject, Injectable } from '@nestjs/common';
import { defer, of, tap, type Observable } from 'rxjs';
import { CLOCK, type Clock } from '../../common/clock.js';
import { ID_GENERATOR, type IdGenerator } from '../../common/id-generator.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { CreateResponseBody } from '../../contracts/responses/request.js';
import { TrafficDumpService } from '../../logging/traffic-dump.service.js';
import type { BackendTarget } from '../backend/backend.js';
import { Backends } from '../backend/routes/backends.service.js';
import { Sealer } from '../../sealing/sealer.js';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import { BackendAnswers } from './backend-answers.service.js';
import { compactEvents } from './compaction/compact-events.js';
import { ContextCompaction, type AnswerTask } from './compaction/context-compaction.service.js';
import { toSummaryRequest } from './compaction/summary-request.js';
import { ResponseHooks, type Overruled } from './hooks/response-hooks.service.js';
import { parseCreateResponse } from '../validation/parse-create-response.js';
import type { Thought } from '../translator/thought.js';
import { thoughtsWanted } from './conversation-thoughts.js';
import type { ResponseCall } from './response-call.js';
import type { ToolSession } from './executors/tool-executor.port.js';
import { beforeTools, ToolHost } from './executors/tool-host.service.js';
import { ThoughtMemory } from './thought-memory.service.js';
import { translateEvents } from './translate-events.js';
import { asksForWarmUp, warmUpEvents } from './warm-up.js';
import type { TranslateRequestOptions, Translation } from './translation.js';
import { TranslatorService } from './translation.service.js';

/** Holds a translated request whose backend call begins with the subscription to `events`. */
export interface PreparedResponse {
  /** The body has passed its validation. */
  request: CreateResponseBody;
  translation: Translation;
  streamed: boolean;
  events: Observable<ResponseEvent[]>;
  /** Says what its calls were thought of, by their keys; it is known once the response has ended. */
  thoughts: () => ReadonlyMap<string, Thought>;
  /** Says how it ended, where a hook had another end than the translation. */
  overruled?: () => Overruled | undefined;
}

/** Serves the use case: one request, from body to events. */
@Injectable()
export class ResponsePipeline {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly answers: BackendAnswers,
    private readonly translator: TranslatorService,
    private readonly backends: Backends,
    private readonly dump: TrafficDumpService,
    private readonly sealer: Sealer,
    private readonly thoughts: ThoughtMemory,
    private readonly compactions: ContextCompaction,
    private readonly tools: ToolHost,
    private readonly hooks: ResponseHooks,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Checks and translates a body, with the thoughts that its conversation has lost.
   * @throws ApiError 400/413 naming the field when the body cannot be translated.
   */
  async prepare(body: unknown, call: ResponseCall): Promise<PreparedResponse> {
    const { outcome } = call;
    this.dump.request(outcome.requestId, body);
    const sent = parseCreateResponse(body, this.settings.limits);
    const request = await this.hooks.beforeTranslate(sent, call);
    const target = this.backends.targetFor(request.model);
    const { model } = target;
    const streamed = request.stream === true;
    Object.assign(outcome, { model, stream: streamed });

    const summaryRequest = toSummaryRequest(request);
    const asked = { ...(summaryRequest ?? request), model };
    const dialect = target.backend.dialects.forModel(model);
    const wanted = thoughtsWanted(dialect, asked, call.history);
    const thoughts = await this.thoughts.recallAll(call, wanted);
    const { history, refusalsAsText } = call;
    const sessions = summaryRequest === undefined ? this.openTools(asked, call) : [];
    const hostedTools = sessions.length === 0 ? undefined : beforeTools(sessions);
    const options = { strict: false, history, thoughts, refusalsAsText, hostedTools };
    const translation = this.translate(asked, call, options, target, request.model);
    this.dump.backendRequest(outcome.requestId, translation.chatRequest);

    if (call.generate === false || asksForWarmUp(request)) {
      const warmUp = defer(() => of(warmUpEvents(translation.stream, this.clock.now())));
      return { request, translation, streamed, events: warmUp, thoughts: translation.thoughts };
    }
    const { openAfterMs, heartbeatMs } = this.settings.streaming;
    const watched = streamed || call.background === true;
    const timing = watched ? { openAfterMs, heartbeatMs } : { openAfterMs: 0, heartbeatMs: 0 };
    const ask = (current: CreateResponseBody, translated: Translation): Observable<ChatChunk[]> =>
      summaryRequest === undefined
        ? this.compactions.answer(this.answerTask(current, translated, call, options))
        : this.answers.ask(translated, call);
    const between = this.tools.between(sessions, asked, translation);
    const chunks =
      between === undefined
        ? ask(asked, translation)
        : defer(() => ask(between.request, between.translation));
    const answer = translateEvents(chunks, translation.stream, timing, between);
    const remembered = answer.pipe(tap(this.thoughts.rememberAtEnd(call, translation)));
    const told = summaryRequest === undefined ? remembered : this.compact(answer, streamed);
    let overruled: Overruled | undefined;
    const events = this.hooks.around(told, translation.stream, call, (ending) => {
      overruled = ending;
    });
    const { thoughts: known } = translation;
    return { request, translation, streamed, events, thoughts: known, overruled: () => overruled };
  }

  private translate(
    request: CreateResponseBody,
    call: ResponseCall,
    asked: TranslateRequestOptions,
    target: BackendTarget,
    askedModel: string,
  ): Translation {
    const strict = call.strict || this.settings.translation.strict;
    const options = { ...asked, strict, askedModel };
    const translation = this.translator.translate(request, target, options);
    Object.assign(call.outcome, {
      responseId: translation.responseId,
      dialectRules: translation.dialectRules,
      warnings: translation.requestWarnings,
    });
    return translation;
  }

  private openTools(body: CreateResponseBody, call: ResponseCall): readonly ToolSession[] {
    return this.tools.open({ body, history: call.history ?? [], callerId: call.id });
  }

  private answerTask(
    request: CreateResponseBody,
    translation: Translation,
    call: ResponseCall,
    options: TranslateRequestOptions,
  ): AnswerTask {
    const { target } = translation;
    return {
      request,
      translation,
      call,
      translate: (other) => this.translator.translate(other, target, options),
      ask: (asked) => {
        if (asked !== translation)
          this.dump.backendRequest(call.outcome.requestId, asked.chatRequest);
        return this.answers.ask(asked, call);
      },
    };
  }

  private compact(
    answer: Observable<ResponseEvent[]>,
    streamed: boolean,
  ): Observable<ResponseEvent[]> {
    return compactEvents(answer, {
      itemId: this.ids.next('cmp'),
      seal: (summary) => this.sealer.seal('compaction', summary),
      now: () => this.clock.now(),
      heartbeatMs: this.settings.streaming.heartbeatMs,
      streamed,
    });
  }
}
