import type { InputItem } from '../../../../contracts/responses/items.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { DocumentTextOf } from '../../document-text.js';
import type { KnownFiles } from '../../known-files.js';
import type { Thought } from '../../thought.js';
import type { ToolAdapterSet } from '../../tools/tool-adapter-set.js';
import type { WarningCollector } from '../../warning.js';
import type { ToolOutput } from './tool-output.js';
import type { TranslationTrace } from './translation-trace.js';

/** Holds all that the translation of a request goes by, beside the request. */
export interface TranslateOptions {
  /** The model's context has so many tokens, where that is known; `truncation: auto` goes by it. */
  contextTokens?: number | undefined;
  dialect: BackendDialect;
  adapters: ToolAdapterSet;
  warnings: WarningCollector;
  /** Holds earlier items of the conversation, oldest first; they come before `input`. */
  history?: readonly InputItem[];
  /** Opens reasoning that this proxy sealed; gives undefined for what others sealed. */
  openSealedReasoning?: (encrypted: string) => string | undefined;
  /** Says what calls of the conversation were thought of, by their keys, where that is remembered. */
  thoughts?: ReadonlyMap<string, Thought> | undefined;
  /** Notes what becomes of which part, where somebody wants to know. */
  trace?: TranslationTrace | undefined;
  /** Opens a summary that this proxy sealed into a compaction item; gives undefined for what others sealed. */
  openCompaction?: (encrypted: string) => string | undefined;
  /** Tells what a call that ran here brought, by the id of its item, where that says more than the item. */
  hostedOutput?: ((itemId: string) => ToolOutput | undefined) | undefined;
  /** Tells what is on an image, by its URL, for a model that takes none; gives undefined where that is not known. */
  imageDescription?: ((url: string) => string | undefined) | undefined;
  /** Holds the files that are named by `file_id`; undefined where none are kept. */
  files?: KnownFiles | undefined;
  /** Gives the text of a document, by its base64; gives undefined where nobody has read it. */
  documentText?: DocumentTextOf | undefined;
}
