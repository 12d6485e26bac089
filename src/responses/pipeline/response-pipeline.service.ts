import { Inject, Injectable } from '@nestjs/common';
import { defer, of, tap, type Observable } from 'rxjs';
import { CLOCK, type Clock } from '../../common/clock.js';
import { ID_GENERATOR, type IdGenerator } from '../../common/id-generator.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { CreateResponseBody } from '../../contracts/responses/request.js';
import { REQUEST_OBSERVER, type RequestObserver } from '../../logging/request-observer.port.js';
import { TrafficDumpService } from '../../logging/traffic-dump.service.js';
import { dialectFor } from '../backend/dialect-for.js';
import type { BackendTarget } from '../backend/backend.js';
import type { RoutePlan } from '../backend/routes/route-plan.js';
import { Sealer } from '../../sealing/sealer.js';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import { BackendAnswers, type Asking } from './answers/backend-answers.service.js';
import { compactEvents } from './compaction/compact-events.js';
import { answerTask } from './compaction/answer-task.js';
import { ContextCompaction } from './compaction/context-compaction.service.js';
import { ResponseHooks, type Overruled } from './hooks/response-hooks.service.js';
import { IncomingRequests } from './incoming-requests.service.js';
import { DocumentTexts } from './documents/document-texts.service.js';
import { knownFilesOf } from './call/known-files-of.js';
import { ImageDescriptions } from './images/image-descriptions.service.js';
import type { Thought } from '../translator/thought.js';
import { isNativeTool } from '../translator/request/native/native-tools.js';
import type { ResponseCall } from './call/response-call.js';
import type { ToolSession } from './executors/tool-executor.port.js';
import { beforeTools, ToolHost } from './executors/tool-host.service.js';
import { ThoughtMemory } from './memory/thought-memory.service.js';
import { isAnswer, translateEvents } from './answers/translate-events.js';
import { turnAsking } from './executors/turn-asking.js';
import { asksForWarmUp, warmUpEvents } from './warm-up.js';
import type { TranslateRequestOptions, Translation } from './translation/translation.js';
import { TranslatorService } from './translation/translation.service.js';

/** Holds a translated request whose backend call begins with the subscription to `events`. */
export interface PreparedResponse {
  /** The body has passed its validation. */
  request: CreateResponseBody;
  translation: Translation;
  plan: RoutePlan;
  /** Makes the translation that for another target. @throws ApiError 400 where that one cannot be told of it. */
  moveTo: (target: BackendTarget) => void;
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
    private readonly incoming: IncomingRequests,
    readonly answers: BackendAnswers,
    readonly translator: TranslatorService,
    readonly dump: TrafficDumpService,
    private readonly sealer: Sealer,
    private readonly thoughts: ThoughtMemory,
    private readonly compactions: ContextCompaction,
    private readonly tools: ToolHost,
    private readonly images: ImageDescriptions,
    private readonly documents: DocumentTexts,
    private readonly hooks: ResponseHooks,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REQUEST_OBSERVER) private readonly observer: RequestObserver | undefined,
  ) {}

  /**
   * Checks and translates a body, with the thoughts that its conversation has lost.
   * @throws ApiError 400/413 naming the field when the body cannot be translated.
   */
  async prepare(body: unknown, call: ResponseCall): Promise<PreparedResponse> {
    const { outcome } = call;
    const { request, asked, isSummary, plan, thoughts } = await this.incoming.read(body, call);
    const [target] = plan.targets;
    const streamed = request.stream === true;
    const { history, refusalsAsText, asChat } = call;
    const sessions = isSummary ? [] : this.openTools(asked, call, target);
    const hostedTools = sessions.length === 0 ? undefined : beforeTools(sessions);
    const images = this.images.imagesFor(call);
    const imageDescription = images.descriptionOf;
    const files = await knownFilesOf(asked, call);
    const documentText = await this.documents.of(asked, call, plan, files);
    const known = { history, thoughts, imageDescription, files, documentText };
    const traced = this.observer !== undefined;
    const options = { ...known, strict: false, refusalsAsText, hostedTools, traced, asChat };
    const translate = (to: BackendTarget, before?: Translation): Translation => {
      const choices = { ...options, askedModel: request.model, before };
      const translated = this.translate(asked, to, call, choices);
      this.dump.backendRequest(outcome.requestId, translated.backendRequest);
      return translated;
    };
    const translation = translate(target);
    const moveTo = (next: BackendTarget): void => {
      Object.assign(translation, translate(next, translation));
    };
    const found = { request, translation, plan, moveTo, streamed };

    if (call.generate === false || asksForWarmUp(request)) {
      const warmUp = defer(() => of(warmUpEvents(translation.stream, this.clock.now())));
      return { ...found, events: warmUp, thoughts: translation.thoughts };
    }
    const { openAfterMs, heartbeatMs } = this.settings.streaming;
    const watched = streamed || call.background === true;
    const timing = watched ? { openAfterMs, heartbeatMs } : { openAfterMs: 0, heartbeatMs: 0 };
    const between = this.tools.between(sessions, asked, translation);
    let hasAnswered = false;
    const main: Asking = {
      plan,
      translation,
      moveTo,
      call,
      hasAnswered: () => hasAnswered,
    };
    const ask = (current: CreateResponseBody, translated: Translation): Observable<ChatChunk[]> => {
      const asking =
        between === undefined ? { ...main, translation: translated } : turnAsking(main, between);
      return this.images.before(images, asking, () =>
        isSummary
          ? this.answers.ask(asking)
          : this.compactions.answer(answerTask(current, asking, options, this)),
      );
    };
    const chunks =
      between === undefined
        ? ask(asked, translation)
        : defer(() => ask(between.request, between.translation));
    const remember = isSummary ? undefined : this.thoughts.rememberAtEnd(call, translation);
    const seen = (events: readonly ResponseEvent[]): void => {
      hasAnswered ||= events.some(isAnswer);
      remember?.();
    };
    const answer = translateEvents(chunks, translation, { ...timing, seen }, between);
    const told = isSummary ? this.compact(answer, streamed) : answer;
    let overruled: Overruled | undefined;
    const hooked = this.hooks.around(told, translation, call, (ending) => {
      overruled = ending;
    });
    const events = this.observed(hooked, call);
    return { ...found, events, thoughts: () => translation.thoughts(), overruled: () => overruled };
  }

  private translate(
    request: CreateResponseBody,
    target: BackendTarget,
    call: ResponseCall,
    asked: TranslateRequestOptions,
  ): Translation {
    const strict = call.strict || this.settings.translation.strict;
    const translation = this.translator.translate(request, target, { ...asked, strict });
    Object.assign(call.outcome, {
      responseId: translation.responseId,
      dialectRules: translation.dialectRules,
      warnings: translation.requestWarnings,
    });
    return translation;
  }

  private observed(
    events: Observable<ResponseEvent[]>,
    { outcome }: ResponseCall,
  ): Observable<ResponseEvent[]> {
    const { observer } = this;
    if (observer === undefined) return events;
    return events.pipe(
      tap((batch) => {
        observer.events(outcome, batch);
      }),
    );
  }

  /** What the first target runs itself does not run here. */
  private openTools(
    asked: CreateResponseBody,
    { asChat, history = [], id: callerId }: ResponseCall,
    target: BackendTarget,
  ): readonly ToolSession[] {
    const dialect = dialectFor(target, asChat);
    const tools = asked.tools?.filter((tool) => !isNativeTool(tool, dialect)) ?? null;
    return this.tools.open({ body: { ...asked, tools }, history, callerId });
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
