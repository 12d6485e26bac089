import { word, type ModelFamily } from './model-family.js';

export const kimiFamilies: readonly ModelFamily[] = [
  {
    name: 'kimi-k3',
    pattern: word('kimi-k3'),
    source:
      'platform.kimi.ai, "Thinking models" (July 2026); mnfst/modelparams.dev#168 (July 2026)',
    model: { missingReasoning: 'calls', thinkingToolChoice: 'words' },
    at: {
      kimi: {
        effortField: 'reasoning_effort',
        effortMap: {
          none: 'low',
          minimal: 'low',
          medium: 'high',
          xhigh: 'max',
          ultra: 'max',
        },
        thinkingToolChoice: 'words',
      },
    },
  },
  {
    name: 'kimi-k2-thinking',
    pattern: word('kimi-k2(?:[.]\\d|-thinking)'),
    source:
      'platform.kimi.ai, "Thinking models" (July 2026); can1357/oh-my-pi#7315, microsoft/vscode#325813 (July 2026)',
    model: { missingReasoning: 'calls', thinkingToolChoice: 'auto', callIdFormat: 'functions' },
    engine: { effortField: 'chat_template_kwargs', thinkingSwitch: 'thinking' },
  },
  {
    name: 'kimi-k2',
    pattern: word('kimi-k2'),
    source:
      'moonshotai/Kimi-K2-Instruct, docs/tool_call_guidance.md (2025); microsoft/vscode#325813 (July 2026)',
    model: { callIdFormat: 'functions' },
  },
];
