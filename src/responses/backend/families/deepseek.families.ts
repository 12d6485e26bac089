import type { ModelFamily } from './model-family.js';

const thinking = {
  reasoningReplay: 'full',
  missingReasoning: 'all',
  thinkingToolChoice: 'auto',
} as const;

export const deepSeekFamilies: readonly ModelFamily[] = [
  {
    name: 'deepseek-flash',
    pattern: /^deepseek-(?:v\d(?:\.\d+)?-)?flash|^deepseek-flash/,
    source: 'vercel/ai#21174 (September 2026): V4.1 Flash sees images, at DeepSeek itself too',
    model: thinking,
    engine: { effortField: 'chat_template_kwargs', thinkingSwitch: 'thinking' },
    at: { deepseek: { images: 'url' } },
  },
  {
    name: 'deepseek-thinking',
    pattern: /^deepseek-(?:v3\.[12]|v4|reasoner|terminus)/,
    source: 'api-docs.deepseek.com, "Thinking mode" (August 2026); chat templates of V3.1 to V4',
    model: thinking,
    engine: { effortField: 'chat_template_kwargs', thinkingSwitch: 'thinking' },
  },
];
