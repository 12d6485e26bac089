import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../../../common/clock.js';
import { ID_GENERATOR, type IdGenerator } from '../../../common/id-generator.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import { dialectFor } from '../../backend/dialect-for.js';
import type { BackendTarget } from '../../backend/backend.js';
import { describerFor } from './describer-for.js';
import { citationsOf } from './citations-of.js';
import { withKnownChoice } from './known-choice.js';
import { compactionPolicy } from './compaction-policy.js';
import { Sealer } from '../../../sealing/sealer.js';
import { ToolAdapterSet } from '../../translator/tools/tool-adapter-set.js';
import { TOOL_ADAPTERS, type ToolAdapter } from '../../translator/tools/tool-adapter.port.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { toBackendRequest } from '../../translator/request/to-backend-request.js';
import { callIdsOf, inputItems } from '../../translator/request/items/input-items.js';
import { estimateInputTokens } from '../../translator/estimate-tokens.js';
import { createSnapshot } from '../../translator/stream/response-snapshot.js';
import { chosenTool } from '../../translator/request/tools/grade-tool-choice.js';
import { ResponseStream } from '../../translator/stream/response-stream.js';
import { TranslationTrace } from '../../translator/request/context/translation-trace.js';
import { thoughtsOf } from './conversation-thoughts.js';
import { WarningCollector } from '../../translator/warning.js';
import type { AnswerTranslation, TranslateRequestOptions, Translation } from './translation.js';

/** Gives the pure translator its clock, ids, dialect and tool adapters. */
@Injectable()
export class TranslatorService {
  private readonly adapters: ToolAdapterSet;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(TOOL_ADAPTERS) adapters: readonly ToolAdapter[],
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly sealer: Sealer,
  ) {
    this.adapters = new ToolAdapterSet(adapters);
  }

  translate(
    request: CreateResponseBody,
    target: BackendTarget,
    options: TranslateRequestOptions,
  ): Translation {
    const warnings = {
      request: new WarningCollector(options.strict),
      later: new WarningCollector(),
      // Strictness ends where the answer begins: it is too late for a 400.
      answer: new WarningCollector(),
    };
    const { askedModel = target.model, before } = options;
    if (!target.isAlias && askedModel !== target.model) {
      const message = `The backend calls this model '${target.model}'.`;
      warnings.request.add('model_renamed', 'model', message);
    }
    const first = options.hostedTools?.mayBring === true ? withKnownChoice(request) : request;
    const translated = this.translateAnswer(first, target, options, warnings);
    const { dialect, tools } = translated.answer;
    const responseId = before?.responseId ?? this.ids.next('resp');
    const snapshot =
      before?.snapshot ??
      createSnapshot(request, {
        responseId,
        createdAt: Math.floor(this.clock.now() / 1000),
        model: request.model,
        stored: false,
        serviceTier: translated.backendRequest.service_tier,
        reasoningContext: translated.reasoningContext,
      });
    const stream = new ResponseStream({
      ...translated.answer,
      sequence: before?.stream.sequence,
      snapshot,
      now: () => this.clock.now(),
    });
    const translation: Translation = {
      ...translated,
      target,
      responseId,
      snapshot,
      stream,
      dialectRules: target.backend.dialects.rulesOf(target.model, dialect.api ?? 'chat'),
      compaction: compactionPolicy(request, dialect, warnings.request, () =>
        this.contextTokens(target),
      ),
      requestWarnings: warnings.request.list(),
      renamedTools: tools.renamed,
      thoughts: () => thoughtsOf(stream, dialect, request, options.history),
      answerWarnings: warnings.answer,
      allWarnings: () => Object.values(warnings).flatMap((collected) => collected.list()),
      translateAgain: (next, hostedTools, to) => {
        const said = new WarningCollector(options.strict && !hostedTools.hasBegun);
        const spoken = dialectFor(to, options.asChat);
        const here = thoughtsOf(stream, spoken, next, options.history);
        const thoughts = new Map([...(options.thoughts ?? []), ...here]);
        const asked = { ...options, hostedTools, thoughts };
        const collectors = { ...warnings, request: said };
        const again = this.translateAnswer(next, to, asked, collectors);
        warnings.later.addNew(said.list(), warnings.request.list());
        return this.continuable({ ...translation, ...again, target: to }, next, asked);
      },
      continueWith: () => translation,
    };
    return this.continuable(translation, request, options);
  }

  /** Makes a translation go on from a compaction of its own request. */
  private continuable(
    translation: Translation,
    request: CreateResponseBody,
    options: TranslateRequestOptions,
  ): Translation {
    translation.continueWith = (item) => {
      const longer = { ...request, input: [...inputItems(request), { ...item }] };
      const silent = new WarningCollector();
      const warnings = { request: silent, later: silent, answer: translation.answerWarnings };
      const { backendRequest, amend, trace } = this.translateAnswer(
        longer,
        translation.target,
        options,
        warnings,
      );
      return { ...translation, backendRequest, amend, trace };
    };
    return translation;
  }

  private translateAnswer(
    request: CreateResponseBody,
    target: BackendTarget,
    options: TranslateRequestOptions,
    warnings: { request: WarningCollector; later: WarningCollector; answer: WarningCollector },
  ): AnswerTranslation {
    const { hostedTools, history } = options;
    const { ids, settings } = this;
    const dialect = dialectFor(target, options.asChat);
    const describer = describerFor(target);
    const atTarget = { ...request, model: target.model };
    const adapters =
      hostedTools === undefined ? this.adapters : this.adapters.with(hostedTools.adapters);
    const translateFor = (
      spoken: BackendDialect,
      collected: WarningCollector,
      trace?: TranslationTrace,
    ) =>
      toBackendRequest(atTarget, {
        dialect: spoken,
        adapters,
        warnings: collected,
        trace,
        ...(history === undefined ? {} : { history }),
        contextTokens: request.truncation === 'auto' ? this.contextTokens(target) : undefined,
        openSealedReasoning: (sealed) => this.sealer.open('reasoning', sealed),
        thoughts: options.thoughts,
        openCompaction: (sealed) => this.sealer.open('compaction', sealed),
        files: options.files,
        documentText: options.documentText,
        imageDescription: describer === undefined ? undefined : options.imageDescription,
        hostedOutput: hostedTools && ((itemId) => hostedTools.outputs.get(itemId)),
      });
    const trace = options.traced === true ? new TranslationTrace() : undefined;
    const translated = translateFor(dialect, warnings.request, trace);
    const { backendRequest, tools, allowedTools, offeredTools, waitingTools } = translated;
    return {
      backendRequest,
      trace: trace && (() => trace.links(backendRequest)),
      reasoningContext: translated.reasoningContext,
      answer: {
        dialect,
        adapters,
        tools,
        allowedTools: allowedTools ?? chosenTool(backendRequest),
        maxToolCalls: request.max_tool_calls ?? undefined,
        offeredTools,
        waitingTools,
        knownCallIds: callIdsOf([...(history ?? []), ...inputItems(request)]),
        ids,
        warnings: warnings.answer,
        sealReasoning: request.include?.includes('reasoning.encrypted_content')
          ? (text) => this.sealer.seal('reasoning', text)
          : undefined,
        refusalsAsText: options.refusalsAsText,
        citationsIn: citationsOf(hostedTools),
        estimateInputTokens: () => estimateInputTokens(backendRequest),
        reasoningFormat: settings.translation.reasoningFormat,
        maxOutputCharacters: settings.limits.outputBytes,
      },
      amend: (learned) => {
        const message = `The backend refused the request's form; it was sent again with ${JSON.stringify(learned)}.`;
        warnings.later.add('request_amended', null, message);
        const { dialects } = target.backend;
        const changed = dialects.learn(target.model, learned, dialect.api ?? 'chat');
        return translateFor(changed, new WarningCollector()).backendRequest;
      },
    };
  }

  /**
   * Finds the model's context in tokens. What is said of this very model goes before what is said of all: the operator's word,
   * then the backend's.
   */
  private contextTokens({ backend, model }: BackendTarget): number | undefined {
    return (
      backend.dialects.profileOf(model).contextWindow ??
      backend.catalog.contextWindow(model) ??
      this.settings.truncation.contextTokens
    );
  }
}
