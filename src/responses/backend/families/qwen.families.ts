import { word, type ModelFamily } from './model-family.js';

export const qwenFamilies: readonly ModelFamily[] = [
  {
    name: 'qwen-coder',
    pattern: word('qwen3(?:[.]\\d)?-coder'),
    source: 'chat template of Qwen3-Coder (November 2026): it does not think',
  },
  {
    name: 'qwen3',
    pattern: word('(?:qwen3|qwq|qwen-(?:plus|max|turbo|flash))'),
    source: 'chat templates of Qwen3 and Qwen3.5; help.aliyun.com, "Deep thinking" (July 2026)',
    engine: { effortField: 'chat_template_kwargs' },
  },
];
