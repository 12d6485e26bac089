import { onOff, oneOf, wholeNumber } from './field-kinds.js';

/** These fields are about roles, order and parts of the messages, and the settings beside them. */
export const messageDialect = {
  maxTokensField: oneOf(
    ['max_tokens', 'max_completion_tokens'],
    'max_tokens',
    'name of the output limit',
  ),
  developerRole: oneOf(['developer', 'system'], 'system', 'role of developer messages'),
  leadingSystem: oneOf(
    ['merge', 'separate'],
    'merge',
    'several system messages at the head: joined, for strict templates, or one by one',
  ),
  lateSystem: oneOf(
    ['system', 'user'],
    'user',
    'a later system message stays, or becomes a marked user message, for strict templates',
  ),
  systemRole: oneOf(
    ['system', 'user'],
    'system',
    '`user` for templates without a system role: instructions open the first user message',
  ),
  mergeUserMessages: onOff(
    false,
    'join neighbouring user messages, for templates that want strict alternation; assistant neighbours always join',
  ),
  images: oneOf(
    ['url', 'data', 'none'],
    'url',
    'which images the model takes: all, only data URLs, or none: a placeholder and a warning',
  ),
  originalDetail: onOff(false, "an image's `detail: original` goes as it is; otherwise as `high`"),
  screenshots: wholeNumber(
    0,
    1_000,
    0,
    'the newest screenshots of a `computer` tool that the model sees again, since they fill its context; 0: all. Older ones become a note, which costs the prompt cache',
  ),
  fileParts: onOff(
    false,
    'PDF and other files go as chat `file` parts; otherwise they go as text (`fileText`), or are a 400',
  ),
  fileText: oneOf(
    ['missing', 'always', 'never'],
    'missing',
    'when PDF, docx, xlsx and pptx go as [their text](files.md#text-of-documents): where there are no `fileParts`, always, or never',
  ),
  responseFormat: oneOf(
    ['json_schema', 'json_schema_only', 'json_object', 'prompt'],
    'json_schema',
    'the best structured output there is; a weaker one is a warning; with `json_schema_only`, `json_object` goes as the schema of any object',
  ),
  includeUsage: onOff(true, 'send `stream_options`'),
  tokenCount: oneOf(
    ['estimate', 'tokenize', 'input_tokens'],
    'estimate',
    'who counts the tokens of a prompt, see [input tokens](compatibility.md#input-tokens)',
  ),
  sessionHint: oneOf(
    [
      'none',
      'prompt_cache_key',
      'session_id',
      'x-session-id',
      'x-session-affinity',
      'x-grok-conv-id',
    ],
    'none',
    'the field or header that tells the machines behind one URL which requests are one conversation, see [session hint](#session-hint)',
  ),
  compactThreshold: wholeNumber(
    0,
    1_000_000_000,
    0,
    'tokens of input from which a conversation is compacted before it is answered, where the request sets no `compact_threshold`, see [compaction](compatibility.md#compaction); 0: never',
  ),
  compactOnOverflow: onOff(
    false,
    'a conversation that the backend refuses as too long is compacted and sent once more',
  ),
  emptyTurn: oneOf(
    ['leave', 'retry', 'fail'],
    'leave',
    'a finished answer with nothing to show: leave it, ask once more, or fail, see [empty turns](#empty-turns)',
  ),
} as const;
