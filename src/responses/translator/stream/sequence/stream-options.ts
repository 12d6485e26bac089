import type { Annotation } from '../../../../contracts/responses/content.js';
import type { IdGenerator } from '../../../../common/id-generator.js';
import type { ResponseResource } from '../../../../contracts/responses/response.js';
import type { LoadedTool } from '../../../../contracts/responses/tools.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { ToolAdapterSet } from '../../tools/tool-adapter-set.js';
import type { ToolRegistry } from '../../tools/tool-registry.js';
import type { WarningCollector } from '../../warning.js';
import type { EventSequence } from './event-sequence.js';
import type { OfferedTools } from '../rescue/text-call-syntax.js';

/** Reasoning is told as summaries, or as text of its own. */
export type ReasoningFormat = 'summary' | 'raw';

/** Says how reasoning and messages are told. */
export interface TextOptions {
  ids: IdGenerator;
  warnings: WarningCollector;
  dialect: Pick<BackendDialect, 'reasoningContent'>;
  reasoningFormat: ReasoningFormat;
  /** Makes `encrypted_content` of the whole reasoning, where the request asked for it. */
  sealReasoning?: ((reasoning: string) => string) | undefined;
  /** Finds what a whole text cites, where tools that are run here have found sources. */
  citationsIn?: ((text: string) => readonly Annotation[]) | undefined;
}

/** Says whose tools may be called, and how often. */
export interface CallOptions {
  ids: IdGenerator;
  warnings: WarningCollector;
  tools: ToolRegistry;
  adapters: ToolAdapterSet;
  /** Holds the chat names that the model may call; undefined allows all. */
  allowedTools: ReadonlySet<string> | undefined;
  /** Maps a chat name to what a search by the server would have brought before its first call. */
  waitingTools?: ReadonlyMap<string, LoadedTool> | undefined;
  /** The conversation has these call ids already, and a backend that numbers its calls anew would use them again. */
  knownCallIds?: readonly string[] | undefined;
  /** Calls beyond so many are left out; undefined sets no limit. */
  maxToolCalls?: number | undefined;
}

/** Bounds and completes the whole output of one answer. */
export interface OutputOptions extends TextOptions, CallOptions {
  dialect: BackendDialect;
  /** Sends refusals as text, for clients that drop a message with a refusal (Codex: docs/codex.md). */
  refusalsAsText?: boolean | undefined;
  /** Holds the request's tools, for calls that the model writes as text; without it none are looked for. */
  offeredTools?: OfferedTools | undefined;
  /** One answer may have so many characters of text, reasoning and arguments. */
  maxOutputCharacters: number;
}

/** Describes one answer of the backend, of which a response has several when tools are run here. */
export interface AnswerOptions extends OutputOptions {
  /** Counts the tokens of the request for a backend that tells no usage; without it usage stays null. */
  estimateInputTokens?: (() => number) | undefined;
}

/** Describes one response, from its first event to its last. */
export interface ResponseStreamOptions extends AnswerOptions {
  /** Of a response that has begun already, for another backend; its numbers go on. */
  sequence?: EventSequence | undefined;
  /** The Response looks like this at its beginning. */
  snapshot: ResponseResource;
  /** Gives the time in milliseconds since the epoch. */
  now: () => number;
}
