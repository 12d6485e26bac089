import { onOff, oneOf, wholeNumber } from './field-kinds.js';

const toolChoiceGrades = ['named', 'words', 'auto', 'none'] as const;

/** A backend takes any function by name; only the words `auto`, `required` and `none`; only `auto` and `none`; or nothing. */
export type ToolChoiceGrade = (typeof toolChoiceGrades)[number];

/** These fields are about how tools are told, called and answered. */
export const toolDialect = {
  toolTelling: oneOf(
    ['native', 'calls_as_text', 'all_as_text'],
    'native',
    'what the chat template does not show is told as text: the calls of the history, or tools and outputs as well; set `toolCallRescue` too',
  ),
  callStyle: oneOf(
    ['hermes', 'granite', 'deepseek', 'functionary', 'python'],
    'hermes',
    'how such calls are written',
  ),
  textBesideCalls: oneOf(
    ['shown', 'apart', 'with_output'],
    'shown',
    'text beside calls: the template shows it, or it goes in a message before them, or with the first output',
  ),
  oneCallPerTurn: onOff(
    false,
    'parallel calls of the history are told one after the other, each with its output',
  ),
  assistantAfterTool: onOff(false, 'a short assistant message goes between tool and user messages'),
  toolCallRescue: onOff(
    false,
    'calls that the model wrote as text become calls again, for tools that the request offers: the [rescue](#rescue)',
  ),
  customTools: oneOf(
    ['function', 'native'],
    'function',
    "`custom` tools: a function with one text `input`, the grammar told in words; or chat's own `custom` tools with their grammar",
  ),
  strictTools: oneOf(['pass', 'drop'], 'drop', '`strict` of tools'),
  schemaDialect: oneOf(
    [
      ...(['full', 'inlined', 'described', 'openai', 'gemini', 'moonshot'] as const),
      ...(['llamacpp', 'xai', 'cerebras', 'anthropic', 'bedrock'] as const),
    ],
    'full',
    'JSON schemas as they are, without `$ref`, with a description of each property, or as the named reader takes them; a schema that strict mode cannot hold goes out with `strict: false`',
  ),
  toolChoice: oneOf(
    toolChoiceGrades,
    'named',
    'how much of a forced `tool_choice` is taken: a function by name, only the words, only `auto` and `none`, nothing; a stronger one is weakened, with a warning when the model may then answer with text',
  ),
  thinkingToolChoice: oneOf(
    toolChoiceGrades,
    'named',
    'the same while the model thinks: many thinking models refuse to be forced then',
  ),
  toolSearch: oneOf(
    ['run', 'offer'],
    'run',
    'a `tool_search` of the server: it runs here, and deferred tools are offered when the model has found them; or all are offered at once, for models that search badly',
  ),
  parallelToolCalls: onOff(true, 'send `parallel_tool_calls`'),
  maxToolNameLength: wholeNumber(
    16,
    256,
    64,
    'longest function name; longer ones are shortened and mapped back',
  ),
  toolMessageName: onOff(
    false,
    "tool messages carry the function's name: some hosts demand it, strict ones refuse it",
  ),
  contentBesideCalls: oneOf(
    ['null', 'empty'],
    'empty',
    'content beside calls when the model said nothing',
  ),
  callIdFormat: oneOf(
    ['any', 'short', 'word', 'alphanumeric9', 'functions'],
    'any',
    'form of call ids: any; at most 40 letters, digits and `_.:-`; the same without `.` and `:`; nine letters and digits; `functions.NAME:0`, counted, of Kimi. Others are replaced, the same on every turn',
  ),
} as const;
