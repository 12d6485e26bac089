import type { ApiError } from '../../../common/api-error.js';
import type { BackendRequest } from '../../../contracts/backend-request.js';
import type { ChatMessage } from '../../../contracts/chat/request.js';
import { asRecord } from '../../../common/json.js';
import { isResponsesRequest } from '../../translator/backend-request.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { SEALED_REASONING } from '../../translator/request/settings/convert-include.js';

interface Lesson {
  /** Tells that the refusal names the field. */
  says: RegExp;
  /** The client's own words stand in the field, so the refusal must be about the field and not about them. */
  holdsClientsWords?: true;
  /** Tells that the request had it in the form that was refused. */
  had: (request: BackendRequest) => boolean;
  learned: Partial<BackendDialect>;
}

/** In these words the field itself is not taken. */
const REFUSES_FIELD =
  /not (?:\w+ )?(?:support|permit|allow|available)|unsupported|unavailable|unknown|unrecogni[sz]ed|extra (?:input|field)/i;
/** In these words the field is taken, but not what the client put into it, which says nothing about the next request. */
const BLAMES_VALUE = /\bvalues?\b|\bkeyword|invalid[^.]{0,20}schema|too (?:large|small|long)/i;

/**
 * An unknown backend teaches these by refusing a request: the same request in another form is asked once more, and later ones go
 * out in that form at once. The wordings are those of LM Studio, Perplexity, Snowflake, Groq, xAI and open engines (2026).
 */
const lessons: readonly Lesson[] = [
  {
    says: /tool_?choice/i,
    had: ({ tool_choice: choice }) => typeof choice === 'object',
    learned: { toolChoice: 'words' },
  },
  {
    says: /tool_?choice/i,
    had: ({ tool_choice: choice }) => choice === 'required',
    learned: { toolChoice: 'auto' },
  },
  {
    says: /max_completion_tokens/i,
    holdsClientsWords: true,
    had: (request) => 'max_tokens' in request,
    learned: { maxTokensField: 'max_completion_tokens' },
  },
  {
    says: /max_completion_tokens/i,
    holdsClientsWords: true,
    had: (request) => 'max_completion_tokens' in request,
    learned: { maxTokensField: 'max_tokens' },
  },
  {
    says: /reasoning_?effort/i,
    holdsClientsWords: true,
    had: (request) =>
      'reasoning_effort' in request || asRecord(request.reasoning)?.effort !== undefined,
    learned: { effortField: 'none' },
  },
  {
    says: /\binclude\b|encrypted_content/i,
    holdsClientsWords: true,
    had: ({ include }) => Array.isArray(include) && include.includes(SEALED_REASONING),
    learned: { responsesReasoning: 'text' },
  },
  {
    says: /parallel_tool_calls/i,
    had: (request) => 'parallel_tool_calls' in request,
    learned: { parallelToolCalls: false },
  },
  {
    says: /stream_options/i,
    had: (request) => 'stream_options' in request,
    learned: { includeUsage: false },
  },
  {
    says: /\balternat/i,
    had: (request) =>
      !isResponsesRequest(request) &&
      request.messages.some(
        ({ role }, index) => role === 'user' && request.messages[index - 1]?.role === 'user',
      ),
    learned: { mergeUserMessages: true },
  },
  {
    // "Invalid value: 'custom'. Supported values are: 'function'." of older models and of servers that say they are OpenAI.
    says: /\bcustom tools?\b|['"`]custom['"`]|\btools\W{1,6}\d{1,3}\W{1,6}(?:type|function)\b/i,
    had: (request) =>
      !isResponsesRequest(request) &&
      (request.tools?.some(isCustom) === true || request.messages.some(hasCustomCall)),
    learned: { customTools: 'function' },
  },
  {
    says: /['"`]original['"`]/i,
    had: (request) => !isResponsesRequest(request) && request.messages.some(hasOriginalImage),
    learned: { originalDetail: false },
  },
  {
    // LM Studio and Perplexity know schemas alone: "'response_format.type' must be 'json_schema' or 'text'"
    // (LoadShine/tada#16, January 2026).
    says: /must be [^.]{0,20}json_schema/i,
    had: (request) => formatType(request) === 'json_object',
    learned: { responseFormat: 'json_schema_only' },
  },
  {
    says: /json_schema/i,
    holdsClientsWords: true,
    had: (request) => formatType(request) === 'json_schema',
    learned: { responseFormat: 'json_object' },
  },
  {
    says: /response_format|json_object/i,
    holdsClientsWords: true,
    had: (request) => formatType(request) === 'json_object',
    learned: { responseFormat: 'prompt' },
  },
];

/** Says what to change for the next try. Gives undefined when the refusal is about something else. */
export function learnFromRefusal(
  { status, message, code }: ApiError,
  request: BackendRequest,
): Partial<BackendDialect> | undefined {
  const isAboutForm = (status === 400 || status === 422) && code !== 'context_length_exceeded';
  if (!isAboutForm) return undefined;
  const isAboutField = REFUSES_FIELD.test(message) && !BLAMES_VALUE.test(message);
  return lessons.find(
    ({ says, had, holdsClientsWords }) =>
      says.test(message) && had(request) && (isAboutField || holdsClientsWords !== true),
  )?.learned;
}

function hasCustomCall(message: ChatMessage): boolean {
  return message.role === 'assistant' && message.tool_calls?.some(isCustom) === true;
}

function isCustom({ type }: { type: string }): boolean {
  return type === 'custom';
}

function hasOriginalImage({ content }: ChatMessage): boolean {
  return (
    Array.isArray(content) &&
    content.some((part) => part.type === 'image_url' && part.image_url.detail === 'original')
  );
}

/** Chat has the format in a field of its own, and Responses in `text`. */
function formatType({ response_format: format, text }: BackendRequest): unknown {
  return asRecord(format ?? asRecord(text)?.format)?.type;
}
