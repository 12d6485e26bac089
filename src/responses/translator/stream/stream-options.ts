import type { IdGenerator } from '../../../common/id-generator.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import type { LoadedTool } from '../../../contracts/responses/tools.js';
import type { BackendDialect } from '../dialect/dialect.js';
import type { ToolAdapterSet } from '../tools/tool-adapter-set.js';
import type { ToolRegistry } from '../tools/tool-registry.js';
import type { WarningCollector } from '../warning.js';
import type { OfferedTools } from './rescue/text-call-syntax.js';
import type { ReasoningFormat } from './text/reasoning-writer.js';

/** How reasoning and messages are told. */
export interface TextOptions {
  ids: IdGenerator;
  warnings: WarningCollector;
  reasoningFormat: ReasoningFormat;
  /** Makes `encrypted_content` of the whole reasoning, where the request asked for it. */
  sealReasoning?: ((reasoning: string) => string) | undefined;
}

/** Whose tools may be called, and how often. */
export interface CallOptions {
  ids: IdGenerator;
  warnings: WarningCollector;
  tools: ToolRegistry;
  adapters: ToolAdapterSet;
  /** Chat names that the model may call; undefined allows all. */
  allowedTools: ReadonlySet<string> | undefined;
  /** Chat name -> what a search by the server would have brought before its first call. */
  waitingTools?: ReadonlyMap<string, LoadedTool> | undefined;
  /** Call ids that the conversation has already: a backend that numbers its calls anew would use them again. */
  knownCallIds?: readonly string[] | undefined;
  /** Calls beyond so many are left out; undefined sets no limit. */
  maxToolCalls?: number | undefined;
}

/** The whole output of one answer. */
export interface OutputOptions extends TextOptions, CallOptions {
  dialect: BackendDialect;
  /** Refusals go out as text, for clients that drop a message with a refusal (Codex). */
  refusalsAsText?: boolean | undefined;
  /** The request's tools, for calls that the model writes as text; none without it. */
  offeredTools?: OfferedTools | undefined;
  /** Characters of text, reasoning and arguments that one answer may have. */
  maxOutputCharacters: number;
}

/** One response, from its first event to its last. */
export interface ResponseStreamOptions extends OutputOptions {
  /** The Response at its beginning. */
  snapshot: ResponseResource;
  /** Tokens of the request, for a backend that tells no usage; without it usage stays null. */
  estimateInputTokens?: (() => number) | undefined;
  /** Milliseconds since the epoch. */
  now: () => number;
}
