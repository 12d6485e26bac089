import { onOff, oneOf, someOf, words } from './field-kinds.js';

/** These fields are about what the model thought, and how it is asked to think. */
export const thoughtDialect = {
  reasoningReplay: oneOf(
    ['off', 'tool-turns', 'full'],
    'tool-turns',
    'which earlier reasoning goes back: none, that of turns with tool calls, or all',
  ),
  missingReasoning: oneOf(
    ['leave', 'calls', 'all'],
    'leave',
    'assistant messages whose reasoning is lost get a placeholder in its field: those with calls, or all; thinking models refuse the conversation otherwise',
  ),
  reasoningReplayField: oneOf(
    ['think_tags', 'reasoning_content', 'reasoning'],
    'think_tags',
    'how it goes back',
  ),
  reasoningFields: someOf(
    ['reasoning_content', 'reasoning', 'reasoning_details'],
    ['reasoning_content', 'reasoning', 'reasoning_details'],
    'where reasoning is read; the first that a chunk has, never two',
  ),
  thinkTags: oneOf(
    ['off', 'tags', 'open'],
    'tags',
    'a `<think>` that opens the text is reasoning; `open` where the template has opened it and only `</think>` appears, right for models that always think',
  ),
  effortField: oneOf(
    [
      ...(['reasoning_effort', 'reasoning', 'chat_template_kwargs', 'thinking'] as const),
      ...(['thinking_and_effort', 'enable_thinking', 'none'] as const),
    ],
    'reasoning_effort',
    "where the effort goes; `thinking_and_effort` is DeepSeek's switch beside its effort, `none` drops it with a warning",
  ),
  thinkingSwitch: oneOf(
    ['enable_thinking', 'thinking'],
    'enable_thinking',
    "the switch of the model's template, with `chat_template_kwargs`",
  ),
  // SGLang crashes on "max" (sgl-project/sglang#33633), and most others refuse what is not low, medium or high.
  effortMap: words(
    { minimal: 'low', xhigh: 'high', max: 'high', ultra: 'high' },
    'effort asked for: effort sent; others go as they are',
  ),
  reasoningDetails: onOff(
    false,
    '`reasoning_details` go back unchanged, to the same dialect alone',
  ),
  thoughtSignatures: onOff(
    false,
    'the first call of a turn carries a thought signature, see [Gemini](#gemini)',
  ),
  // OpenAI's compatibility test for gpt-oss and its clients read it there, others would read a thought twice.
  reasoningContent: onOff(
    false,
    'a finished reasoning item has its trace as `content` beside the summary, too',
  ),
} as const;
