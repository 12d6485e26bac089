import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../../common/clock.js';
import { ID_GENERATOR, type IdGenerator } from '../../common/id-generator.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { ChatRequest } from '../../contracts/chat/request.js';
import type { CompactionItem, InputItem } from '../../contracts/responses/items.js';
import type { CreateResponseBody } from '../../contracts/responses/request.js';
import type { BackendTarget } from '../backend/backend.js';
import { compactionPolicy, type CompactionPolicy } from './compaction/compaction-policy.js';
import { Sealer } from '../../sealing/sealer.js';
import { ToolAdapterSet } from '../translator/tools/tool-adapter-set.js';
import { TOOL_ADAPTERS, type ToolAdapter } from '../translator/tools/tool-adapter.port.js';
import type { BackendDialect } from '../translator/dialect/dialect.js';
import type { DialectRules } from '../backend/profiles/dialect-resolver.js';
import { toChatRequest, type ChatTranslation } from '../translator/request/to-chat-request.js';
import { callIdsOf, inputItems } from '../translator/request/items/input-items.js';
import { estimateInputTokens } from '../translator/estimate-tokens.js';
import { createSnapshot } from '../translator/stream/response-snapshot.js';
import type { Thought } from '../translator/thought.js';
import { chosenTool } from '../translator/request/tools/grade-tool-choice.js';
import { ResponseStream } from '../translator/stream/response-stream.js';
import { thoughtsOf } from './conversation-thoughts.js';
import { WarningCollector, type TranslationWarning } from '../translator/warning.js';

export interface TranslateRequestOptions {
  /** Turns the first lossy step into a 400. */
  strict: boolean;
  /** The client wrote the model's name so, before the backend's list corrected it. */
  askedModel?: string | undefined;
  /** Holds earlier items of the conversation, oldest first, where they were looked up. */
  history?: readonly InputItem[] | undefined;
  /** Says what calls were thought of, by their keys, for clients that do not say. */
  thoughts?: ReadonlyMap<string, Thought> | undefined;
  /** Refusals go out as text. */
  refusalsAsText?: boolean | undefined;
}

/** Holds one request on its way to the backend, and what will turn the answer into events. */
export interface Translation {
  /** It is translated for this backend and model. */
  target: BackendTarget;
  responseId: string;
  chatRequest: ChatRequest;
  stream: ResponseStream;
  /** Says where the dialect comes from in which the backend is spoken to. */
  dialectRules: DialectRules;
  /** Says when the conversation is compacted before its answer. */
  compaction: CompactionPolicy;
  /** Says what the request lost or had repaired. */
  requestWarnings: readonly TranslationWarning[];
  /** Maps the chat name to the client's name, of the tools whose names differ. */
  renamedTools: readonly (readonly [chatName: string, name: string])[];
  /** Says what its calls were thought of, by their keys, where that has to be remembered; it is known once the response has ended. */
  thoughts: () => ReadonlyMap<string, Thought>;
  /** Collects what the answer has repaired. */
  answerWarnings: WarningCollector;
  /** Gives the warnings of the request and of the answer so far. */
  allWarnings: () => readonly TranslationWarning[];
  /** Gives the request in another form, after the backend refused this one. Later requests for the model have that form, too. */
  amend: (learned: Partial<BackendDialect>) => ChatRequest;
  /** Translates the conversation with one more item, which stands for what is before it, for the same response. */
  continueWith: (item: CompactionItem) => Translation;
}

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
    const { dialects } = target.backend;
    const { adapters, ids, clock, settings } = this;
    const dialect = dialects.forModel(request.model);
    const requestWarnings = new WarningCollector(options.strict);
    if (options.askedModel !== undefined && options.askedModel !== request.model) {
      const message = `The backend calls this model '${request.model}'.`;
      requestWarnings.add('model_renamed', 'model', message);
    }
    const translateFor = (
      spoken: BackendDialect,
      warnings: WarningCollector,
      asked = request,
    ): ChatTranslation =>
      toChatRequest(asked, {
        dialect: spoken,
        adapters,
        warnings,
        ...(options.history === undefined ? {} : { history: options.history }),
        contextTokens: request.truncation === 'auto' ? this.contextTokens(target) : undefined,
        openSealedReasoning: (sealed) => this.sealer.open('reasoning', sealed),
        thoughts: options.thoughts,
        openCompaction: (sealed) => this.sealer.open('compaction', sealed),
      });
    const { chatRequest, tools, allowedTools, offeredTools, waitingTools, reasoningContext } =
      translateFor(dialect, requestWarnings);
    const amended = new WarningCollector();
    // Strictness ends where the answer begins: it is too late for a 400.
    const answerWarnings = new WarningCollector();
    const responseId = ids.next('resp');
    const stream = new ResponseStream({
      snapshot: createSnapshot(request, {
        responseId,
        createdAt: Math.floor(clock.now() / 1000),
        model: request.model,
        stored: false,
        serviceTier: chatRequest.service_tier,
        reasoningContext,
      }),
      dialect,
      adapters,
      tools,
      allowedTools: allowedTools ?? chosenTool(chatRequest),
      maxToolCalls: request.max_tool_calls ?? undefined,
      offeredTools,
      waitingTools,
      knownCallIds: callIdsOf([...(options.history ?? []), ...inputItems(request)]),
      ids,
      warnings: answerWarnings,
      sealReasoning: request.include?.includes('reasoning.encrypted_content')
        ? (text) => this.sealer.seal('reasoning', text)
        : undefined,
      refusalsAsText: options.refusalsAsText,
      estimateInputTokens: () => estimateInputTokens(chatRequest),
      reasoningFormat: settings.translation.reasoningFormat,
      maxOutputCharacters: settings.limits.outputBytes,
      now: () => clock.now(),
    });
    const amendWith =
      (asked: CreateResponseBody): Translation['amend'] =>
      (learned) => {
        const message = `The backend refused the request's form; it was sent again with ${JSON.stringify(learned)}.`;
        amended.add('request_amended', null, message);
        const changed = dialects.learn(request.model, learned);
        return translateFor(changed, new WarningCollector(), asked).chatRequest;
      };
    const translation: Translation = {
      target,
      responseId,
      chatRequest,
      stream,
      dialectRules: dialects.rulesOf(request.model),
      compaction: compactionPolicy(request, dialect, requestWarnings, () =>
        this.contextTokens(target),
      ),
      requestWarnings: requestWarnings.list(),
      renamedTools: tools.renamed,
      answerWarnings,
      thoughts: () => thoughtsOf(stream, dialect, request, options.history),
      allWarnings: () => [...requestWarnings.list(), ...amended.list(), ...answerWarnings.list()],
      amend: amendWith(request),
      continueWith: (item) => {
        const longer = { ...request, input: [...inputItems(request), { ...item }] };
        const { chatRequest: shorter } = translateFor(
          dialects.forModel(request.model),
          new WarningCollector(),
          longer,
        );
        return { ...translation, chatRequest: shorter, amend: amendWith(longer) };
      },
    };
    return translation;
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
