import { word, type ModelFamily } from './model-family.js';

export const glmFamilies: readonly ModelFamily[] = [
  {
    name: 'glm-5.2 and later',
    pattern: word('glm-(?:5[.-][2-9]|[6-9])'),
    source:
      'NousResearch/hermes-agent#85904 (August 2026): thinking cannot be switched off (error 1210), the depth is an effort; anomalyco/models.dev#7334 (September 2026) for Mistral',
    engine: { effortField: 'chat_template_kwargs' },
    at: {
      glm: {
        effortField: 'reasoning_effort',
        effortMap: { minimal: 'low', ultra: 'max' },
      },
      mistral: {
        effortField: 'reasoning_effort',
        effortMap: { none: 'low', minimal: 'low', medium: 'high', xhigh: 'max', ultra: 'max' },
      },
    },
  },
  {
    name: 'glm-4.5 and later',
    pattern: word('glm-(?:4[.-][5-9]|5)'),
    source: 'docs.z.ai, "Thinking mode" (July 2026); chat template of GLM 4.6',
    engine: { effortField: 'chat_template_kwargs' },
  },
];
