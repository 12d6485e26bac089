import { word, type ModelFamily } from './model-family.js';

/** These makers have one or two families. */
export const otherFamilies: readonly ModelFamily[] = [
  {
    name: 'claude',
    pattern: word('claude'),
    source:
      "openclaw/openclaw#10223 (February 2026), farion1231/cc-switch#1181: ids of other models' calls are refused",
    model: { callIdFormat: 'word' },
    at: { bedrock: { callIdFormat: 'word' } },
  },
  {
    name: 'gpt',
    pattern: word('(?:gpt-[3-9]|o[134](?:$|[-_.]))'),
    source: 'openclaw/openclaw#875 (January 2026): a call id has at most 40 characters',
    model: { callIdFormat: 'short' },
  },
  {
    name: 'minimax-m1',
    pattern: word('minimax-m1'),
    source: 'chat template of MiniMax-M1 (November 2026): text beside calls is not shown',
    template: { textBesideCalls: 'apart' },
  },
  {
    name: 'minimax-m2 and later',
    pattern: word('minimax-m[2-9]'),
    source:
      'MiniMax-AI/MiniMax-M2 README, "interleaved thinking", and its chat template (November 2026)',
    model: { reasoningReplay: 'full' },
  },
  {
    name: 'grok-4.5 and later',
    pattern: word('grok-(?:4[.-][5-9]|[5-9])'),
    source: 'NousResearch/hermes-agent#23435 (May 2026): these refuse no effort',
    at: {
      xai: {
        effortMap: { none: 'low', minimal: 'low', xhigh: 'high', max: 'high', ultra: 'high' },
      },
    },
  },
  {
    name: 'grok without effort',
    pattern: word('grok-(?:2|3(?!-mini)|4(?![.-][3-9])|code)'),
    source: 'BerriAI/litellm#16265, NousResearch/hermes-agent#23088 (May 2026)',
    at: { xai: { effortField: 'none' } },
  },
  {
    name: 'hermes-2 and 3',
    pattern: word('hermes-[23]'),
    source: 'chat template of Hermes 2 Pro (November 2026): text beside calls is not shown',
    template: { textBesideCalls: 'apart' },
  },
  {
    name: 'llm-jp, solar',
    pattern: word('(?:llm-jp|solar)'),
    source:
      'chat templates of llm-jp 4.1 and Solar (November 2026): text beside calls is not shown',
    template: { textBesideCalls: 'apart' },
  },
  {
    name: 'command',
    pattern: word('(?:command|cohere|c4ai)'),
    source:
      'chat templates of Command R, R plus, R7B, A and Cohere 2 MoE (November 2026): without tools the roles alternate',
    template: {
      mergeUserMessages: true,
      textBesideCalls: 'apart',
      reasoningReplayField: 'reasoning_content',
      schemaDialect: 'described',
    },
  },
  {
    name: 'functionary-3.2',
    pattern: word('functionary(?:-[a-z]+)*-v3[.]2'),
    source:
      'chat template of functionary medium v3.2 (November 2026): it wants arguments as text, engines hand objects',
    template: { toolTelling: 'calls_as_text', callStyle: 'functionary' },
  },
  {
    name: 'gpt-oss',
    pattern: word('gpt-oss'),
    source:
      'chat template of gpt-oss (November 2026): the first call of a message alone is shown; openai/gpt-oss, compatibility-test (November 2026): ' +
      'thoughts are read from the content of reasoning items',
    model: { reasoningContent: true },
    template: { oneCallPerTurn: true },
  },
  {
    name: 'gigachat',
    pattern: word('gigachat'),
    source:
      'chat template of GigaChat 3 (November 2026): the first call of a message alone is shown',
    template: { oneCallPerTurn: true },
  },
  {
    name: 'lfm2',
    pattern: word('lfm2'),
    source: 'chat templates of LFM2 and LFM2.5 (November 2026): own calls are not shown',
    template: { toolTelling: 'calls_as_text', callStyle: 'python', toolCallRescue: true },
  },
  {
    name: 'granite-3',
    pattern: word('granite-3'),
    source: 'chat template of Granite 3.3 (November 2026): own calls are not shown',
    template: { toolTelling: 'calls_as_text', callStyle: 'granite', toolCallRescue: true },
  },
  {
    name: 'muse',
    pattern: word('(?:muse|glimmer)'),
    source: 'chat template of Muse Glimmer (November 2026): text beside calls is not shown',
    template: { textBesideCalls: 'apart', reasoningReplayField: 'reasoning_content' },
  },
  {
    name: 'reka, exaone-4',
    pattern: word('(?:reka|exaone-4)'),
    source:
      'chat templates of Reka Edge and EXAONE 4.0 (November 2026): `enable_thinking` shows thoughts',
    template: { reasoningReplayField: 'reasoning_content' },
    engine: { effortField: 'chat_template_kwargs' },
  },
  {
    name: 'llama-3',
    pattern: word('llama-?3'),
    source:
      'chat templates of Llama 3.1 to 3.3 (November 2026): "only supports single tool-calls at once"',
    template: { oneCallPerTurn: true, textBesideCalls: 'apart' },
  },
  {
    name: 'mistral',
    pattern: word('(?:mistral|mixtral|ministral|magistral|devstral|codestral|pixtral|mathstral)'),
    source:
      'chat templates of Mistral Nemo, Small 3.2 and Ministral 3 (November 2026); anomalyco/models.dev#7334',
    template: {
      callIdFormat: 'alphanumeric9',
      mergeUserMessages: true,
      assistantAfterTool: true,
      textBesideCalls: 'with_output',
    },
    at: {
      mistral: {
        effortField: 'reasoning_effort',
        effortMap: {
          minimal: 'none',
          low: 'high',
          medium: 'high',
          xhigh: 'high',
          max: 'high',
          ultra: 'high',
        },
      },
    },
  },
];
