import type { ToolRegistry } from '../../tools/tool-registry.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import type { DocumentTextOf } from '../../document-text.js';
import type { KnownFiles } from '../../known-files.js';
import type { Thought } from '../../thought.js';
import type { ThoughtKeys } from '../../thought-keys.js';
import type { ToolOutput } from './tool-output.js';
import type { ConversationWriter } from './conversation-writer.port.js';
import { McpApprovalsTold } from './mcp-approvals-told.js';
import type { TranslationTrace } from './translation-trace.js';

/** Carries what all converters of one request share. */
export interface ConversionContext {
  readonly dialect: BackendDialect;
  readonly warnings: WarningCollector;
  readonly registry: ToolRegistry;
  readonly chatHistory: ConversationWriter;
  /** It is told of every item before that is converted. */
  readonly thoughtKeys: ThoughtKeys;
  /** Opens reasoning that this proxy sealed; undefined for what others sealed. */
  readonly openSealedReasoning: ((encrypted: string) => string | undefined) | undefined;
  /** Finds the thought of a reasoning item that came back without its seal, by the id of the item. */
  readonly recallReasoning?: ((itemId: string) => Thought | undefined) | undefined;
  /** Opens a summary that this proxy sealed; undefined for what others sealed. */
  readonly openCompaction: ((encrypted: string) => string | undefined) | undefined;
  /** Keeps what was asked for approval, by the id of the item. */
  readonly approvals: McpApprovalsTold;
  /** Tells what a call that ran here brought, by the id of its item, where that says more than the item. */
  readonly hostedOutput: ((itemId: string) => ToolOutput | undefined) | undefined;
  /** Tells what is on an image, by its URL, for a model that takes none; undefined where that is not known. */
  readonly imageDescription: ((url: string) => string | undefined) | undefined;
  /** Holds the files that are named by `file_id`; undefined where none are kept. */
  readonly files: KnownFiles | undefined;
  /** Gives the text of a document, by its base64, for a model that takes none; undefined where nobody has read it. */
  readonly documentText: DocumentTextOf | undefined;
  /** A tool search by the server runs here, so that the model is told of those in the history. */
  searchesHere: boolean;
  /** Notes what becomes of which part, where somebody wants to know. */
  readonly trace?: TranslationTrace | undefined;
}

type Known = Pick<
  ConversionContext,
  | 'openSealedReasoning'
  | 'openCompaction'
  | 'hostedOutput'
  | 'imageDescription'
  | 'files'
  | 'documentText'
>;

/** Gives what is known of a request beside its text, and a place for what is asked for approval. */
export function whatIsKnown(options: {
  readonly [Name in keyof Known]?: Known[Name];
}): Known & Pick<ConversionContext, 'approvals'> {
  return {
    openSealedReasoning: options.openSealedReasoning,
    openCompaction: options.openCompaction,
    hostedOutput: options.hostedOutput,
    imageDescription: options.imageDescription,
    files: options.files,
    documentText: options.documentText,
    approvals: new McpApprovalsTold(),
  };
}
