import { describe, expect, it } from '@jest/globals';
import { monthOfAYear } from '../../../../test/support/month-of-a-year.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { dialectNames, resolveDialect } from '../dialects/resolve-dialect.js';
import { dialectForModel, familyOf, modelFamilies } from './model-families.js';
import { normalizedModel } from './model-family.js';

const preset = (name: string): BackendDialect => resolveDialect(name, new URL('http://h'));

describe('the name of a model', () => {
  it.each([
    ['moonshotai/Kimi-K2-Thinking', 'kimi-k2-thinking'],
    ['deepseek/deepseek-v4:free', 'deepseek-v4'],
    ['Qwen/Qwen3-235B-A22B-Instruct-2507-FP8', 'qwen3-235b-a22b-instruct-2507'],
    ['zai-org/GLM-4.6-AWQ', 'glm-4.6'],
    ['llama3.1:8b-instruct-q4_K_M', 'llama3.1'],
    ['Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf', 'meta-llama-3.1-8b-instruct'],
  ])('%s is %s', (model, name) => {
    expect(normalizedModel(model)).toBe(name);
  });
});

describe('a model family', () => {
  it.each<[model: string, host: string, expected: Partial<BackendDialect>]>([
    ['kimi-k3', 'kimi', { effortField: 'reasoning_effort', thinkingToolChoice: 'words' }],
    ['kimi-k2.6', 'kimi', { effortField: 'thinking', thinkingToolChoice: 'auto' }],
    ['moonshotai/kimi-k2.6', 'openrouter', { effortField: 'reasoning', missingReasoning: 'calls' }],
    ['glm-5.3', 'glm', { effortField: 'reasoning_effort' }],
    ['glm-4.6', 'glm', { effortField: 'thinking' }],
    ['zai-glm-5-3', 'mistral', { effortField: 'reasoning_effort' }],
    ['zai-org/GLM-4.6-FP8', 'vllm', { effortField: 'chat_template_kwargs' }],
    ['deepseek-flash', 'deepseek', { images: 'url' }],
    ['deepseek-v4', 'deepseek', { images: 'none', missingReasoning: 'all' }],
    [
      'deepseek/deepseek-v4',
      'openrouter',
      { reasoningReplayField: 'reasoning', missingReasoning: 'all' },
    ],
    [
      'deepseek-ai/DeepSeek-V3.2',
      'sglang',
      { thinkingSwitch: 'thinking', effortField: 'chat_template_kwargs' },
    ],
    ['grok-4', 'xai', { effortField: 'none' }],
    ['grok-code-fast-1', 'xai', { effortField: 'none' }],
    ['grok-4.5', 'xai', { effortField: 'reasoning_effort' }],
    ['grok-3-mini', 'xai', { effortField: 'reasoning_effort' }],
    ['meta-llama/Llama-3.3-70B-Instruct', 'vllm', { oneCallPerTurn: true }],
    ['meta-llama/llama-3.3-70b-instruct', 'openrouter', { oneCallPerTurn: false }],
    ['anthropic/claude-opus-4.6', 'openrouter', { callIdFormat: 'word' }],
    ['anthropic.claude-opus-4-6-v1', 'bedrock', { callIdFormat: 'word' }],
    ['openai/gpt-5.4', 'openrouter', { callIdFormat: 'short' }],
    ['moonshotai/kimi-k2.6', 'openrouter', { callIdFormat: 'functions' }],
    ['Kimi-K2-Instruct-0905', 'vllm', { callIdFormat: 'functions' }],
    ['kimi-k3', 'kimi', { callIdFormat: 'any' }],
    ['mistral-small-3.2', 'vllm', { callIdFormat: 'alphanumeric9', mergeUserMessages: true }],
    ['gemma-2-9b-it', 'default', { systemRole: 'user' }],
    ['google/gemma-3-27b-it', 'vllm', { toolTelling: 'all_as_text', mergeUserMessages: true }],
    ['google/gemma-4-31B-it', 'vllm', { toolTelling: 'native' }],
    ['microsoft/phi-4', 'sglang', { toolTelling: 'all_as_text' }],
    ['meta-llama/Meta-Llama-3-8B-Instruct', 'vllm', { toolTelling: 'all_as_text' }],
    ['NousResearch/Hermes-2-Pro-Llama-3-8B', 'vllm', { toolTelling: 'native' }],
    ['mistralai/Mistral-7B-Instruct-v0.2', 'vllm', { toolTelling: 'all_as_text' }],
    ['mistralai/Mistral-7B-Instruct-v0.3', 'vllm', { toolTelling: 'native' }],
    ['mistralai/Pixtral-12B-2409', 'vllm', { callIdFormat: 'alphanumeric9' }],
    ['deepseek-ai/DeepSeek-V3-0324', 'vllm', { callStyle: 'deepseek' }],
    ['deepseek-ai/DeepSeek-V3.1', 'vllm', { toolTelling: 'native', missingReasoning: 'all' }],
    ['google/gemma-3-27b-it', 'openrouter', { toolTelling: 'native' }],
    ['some-model', 'vllm', { effortField: 'reasoning_effort' }],
  ])('%s at %s', (model, host, expected) => {
    expect(dialectForModel(preset(host), model)).toMatchObject(expected);
  });

  it('leaves the fields alone in which a preset differs from the default', () => {
    for (const name of dialectNames) {
      const host = preset(name);
      for (const family of modelFamilies) {
        const model = dialectForModel({ ...host, name: 'other', images: 'data' }, family.name);
        expect(model.images).toBe('data');
      }
    }
  });

  it('each has a source with the month in which it was seen, and names presets that there are', () => {
    for (const { source, at = {} } of modelFamilies) {
      expect(source).toMatch(monthOfAYear);
      expect(Object.keys(at).filter((name) => !dialectNames.includes(name))).toEqual([]);
    }
    expect(familyOf('unheard-of-1')).toBeUndefined();
  });
});
