import type { ModelFamily } from './model-family.js';

/** Families of makers that have one or two of them. */
export const otherFamilies: readonly ModelFamily[] = [
  {
    name: 'minimax-m2 and later',
    pattern: /^minimax-m[2-9]/,
    source: 'MiniMax-AI/MiniMax-M2 README, "interleaved thinking" (2026)',
    model: { reasoningReplay: 'full' },
  },
  {
    name: 'grok-4.5 and later',
    pattern: /^grok-(?:4[.-][5-9]|[5-9])/,
    source: 'NousResearch/hermes-agent#23435 (May 2026): these refuse no effort',
    at: {
      xai: {
        effortMap: { none: 'low', minimal: 'low', xhigh: 'high', max: 'high', ultra: 'high' },
      },
    },
  },
  {
    name: 'grok without effort',
    pattern: /^grok-(?:2|3(?!-mini)|4(?![.-][3-9])|code)/,
    source: 'BerriAI/litellm#16265, NousResearch/hermes-agent#23088 (May 2026)',
    at: { xai: { effortField: 'none' } },
  },
  {
    name: 'llama-3',
    pattern: /^(?:meta-)?llama-?3/,
    source: 'chat templates of Llama 3.1 to 3.3 (2026): "only supports single tool-calls at once"',
    template: { oneCallPerTurn: true },
  },
  {
    name: 'mistral',
    pattern: /^(?:open-)?(?:mistral|mixtral|ministral|magistral|devstral|codestral)/,
    source:
      'chat templates of Mistral Nemo, Small 3.2 and Ministral 3 (2026); anomalyco/models.dev#7334',
    template: {
      callIdFormat: 'alphanumeric9',
      mergeUserMessages: true,
      assistantAfterTool: true,
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
  {
    name: 'gemma',
    pattern: /^gemma-?[23]/,
    source: 'chat template of Gemma 2 (2026): the roles alternate and there is no system role',
    template: { mergeUserMessages: true, systemRole: 'user' },
  },
];
