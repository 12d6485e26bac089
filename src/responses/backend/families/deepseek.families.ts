import { word, type ModelFamily } from './model-family.js';

const thinking = {
  reasoningReplay: 'full',
  missingReasoning: 'all',
  thinkingToolChoice: 'auto',
} as const;

export const deepSeekFamilies: readonly ModelFamily[] = [
  {
    name: 'deepseek-r1-distill',
    pattern: word('deepseek-r1-distill'),
    source:
      'chat templates of the R1 distills (November 2026): neither tools nor own calls are shown',
    template: { toolTelling: 'all_as_text', toolCallRescue: true, mergeUserMessages: true },
  },
  {
    name: 'deepseek-r1',
    pattern: word('deepseek-r1'),
    source: 'chat template of DeepSeek R1 (November 2026): calls beside text are not shown',
    template: { textBesideCalls: 'apart' },
  },
  {
    name: 'deepseek-flash',
    pattern: word('deepseek-(?:v\\d(?:[.]\\d+)?-)?flash'),
    source: 'vercel/ai#21174 (September 2026): V4.1 Flash sees images, at DeepSeek itself too',
    model: thinking,
    engine: { effortField: 'chat_template_kwargs', thinkingSwitch: 'thinking' },
    at: { deepseek: { images: 'url' } },
  },
  {
    name: 'deepseek-thinking',
    pattern: word('deepseek-(?:v3[.][12]|v4|reasoner|terminus)'),
    source: 'api-docs.deepseek.com, "Thinking mode" (August 2026); chat templates of V3.1 to V4',
    model: thinking,
    engine: { effortField: 'chat_template_kwargs', thinkingSwitch: 'thinking' },
  },
  {
    name: 'deepseek-v3',
    pattern: word('deepseek-v3(?![.])'),
    source:
      'chat template of DeepSeek V3 and V3-0324 (November 2026): it wants arguments as text, engines hand objects',
    template: { toolTelling: 'calls_as_text', callStyle: 'deepseek', toolCallRescue: true },
  },
  {
    name: 'deepseek-v2',
    pattern: word('deepseek-(?:coder-)?v2'),
    source: 'chat template of DeepSeek V2.5 (November 2026): tools are not shown',
    template: { toolTelling: 'all_as_text', toolCallRescue: true },
  },
];
