import type { BackendRequest } from '../../../contracts/backend-request.js';
import type { CompactionItem, InputItem } from '../../../contracts/responses/items.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { BackendTarget } from '../../backend/backend.js';
import type { DialectRules } from '../../backend/profiles/dialect-resolver.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import type { DocumentTextOf } from '../../translator/document-text.js';
import type { ToolOutput } from '../../translator/request/context/tool-output.js';
import type { KnownFiles } from '../../translator/known-files.js';
import type { ResponseStream } from '../../translator/stream/response-stream.js';
import type { AnswerOptions } from '../../translator/stream/sequence/stream-options.js';
import type { TraceLink } from '../../translator/request/context/trace-link.js';
import type { Thought } from '../../translator/thought.js';
import type { ToolAdapter } from '../../translator/tools/tool-adapter.port.js';
import type { TranslationWarning, WarningCollector } from '../../translator/warning.js';
import type { CompactionPolicy } from './compaction-policy.js';

export interface TranslateRequestOptions {
  /** Somebody wants to know what became of which part. */
  traced?: boolean;
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
  /** Holds those tools of the request that are run here. */
  hostedTools?: HostedTools | undefined;
  /** Tells what is on an image, by its URL, as far as it has been described. */
  imageDescription?: ((url: string) => string | undefined) | undefined;
  /** Holds the files that are named by `file_id`; undefined where none are kept. */
  files?: KnownFiles | undefined;
  /** The answer goes to a client of Chat Completions, so the backend is asked in that API. */
  asChat?: boolean | undefined;
  /** Gives the text of a document, by its base64; gives undefined where nobody has read it. */
  documentText?: DocumentTextOf | undefined;
  /** The request was for another target before, whose response this one goes on with. */
  before?: Pick<Translation, 'responseId' | 'snapshot' | 'stream'> | undefined;
}

export interface HostedTools {
  adapters: readonly ToolAdapter[];
  /** Says what their calls brought, by the id of the item. */
  outputs: ReadonlyMap<string, ToolOutput>;
  /** The model has been asked before. */
  hasBegun: boolean;
  /** The answer may cite these pages: their titles, by URL. */
  sources?: ReadonlyMap<string, string>;
  /** The answer may cite these files: their ids, by name. */
  files?: ReadonlyMap<string, string>;
  /** Further tools may be told before the first answer is asked for. */
  mayBring?: boolean;
}

/** Holds what one answer of the backend is asked, and how it is read. A response has several when tools are run here. */
export interface AnswerTranslation {
  backendRequest: BackendRequest;
  /** Says which earlier thoughts the model sees again. */
  reasoningContext: 'current_turn' | 'all_turns';
  /** Says what became of which part, where somebody wants to know. */
  trace?: (() => readonly TraceLink[]) | undefined;
  /** Says how the stream reads the answer. */
  answer: AnswerOptions;
  /** Gives the request in another form, after the backend refused this one. Later requests for the model have that form, too. */
  amend: (learned: Partial<BackendDialect>) => BackendRequest;
}

/** Holds one request on its way to the backend, and what will turn the answer into events. */
export interface Translation extends AnswerTranslation {
  /** It is translated for this backend and model. */
  target: BackendTarget;
  responseId: string;
  /** The Response looks like this at its beginning. */
  snapshot: ResponseResource;
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
  /** Translates a further answer of the same response, which may be another target's. */
  translateAgain: (
    request: CreateResponseBody,
    hosted: HostedTools,
    target: BackendTarget,
  ) => Translation;
  /** Translates the conversation with one more item, which stands for what is before it, for the same response. */
  continueWith: (item: CompactionItem) => Translation;
}
