import { describe, expect, it } from '@jest/globals';
import { monthOfAYear } from '../../../../test/support/month-of-a-year.js';
import { presetSources } from './preset-sources.js';
import { dialectNames, resolveDialect } from './resolve-dialect.js';

const detect = (url: string) => resolveDialect('auto', new URL(url)).name;

describe('auto', () => {
  it.each([
    ['https://llm.chutes.ai/v1/chat/completions', 'chutes'],
    ['https://api.openai.com/v1/chat/completions', 'openai'],
    ['https://me.services.ai.azure.com/models/chat/completions?api-version=1', 'azure-foundry'],
    ['https://me.services.ai.azure.com/openai/deployments/x/chat/completions', 'azure'],
    ['https://me.openai.azure.com/openai/deployments/x/chat/completions?api-version=1', 'azure'],
    ['https://api.deepseek.com/chat/completions', 'deepseek'],
    ['https://openrouter.ai/api/v1/chat/completions', 'openrouter'],
    ['https://api.together.xyz/v1/chat/completions', 'together'],
    ['https://api.groq.com/openai/v1/chat/completions', 'groq'],
    ['https://api.fireworks.ai/inference/v1/chat/completions', 'fireworks'],
    ['https://api.mistral.ai/v1/chat/completions', 'mistral'],
    ['https://generativelanguage.googleapis.com/v1beta/openai/chat/completions', 'gemini'],
    ['https://api.x.ai/v1/chat/completions', 'xai'],
    ['https://api.minimax.io/v1/chat/completions', 'minimax'],
    ['https://api.z.ai/api/paas/v4/chat/completions', 'glm'],
    ['https://api.moonshot.ai/v1/chat/completions', 'kimi'],
    ['https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions', 'qwen'],
    ['http://localhost:11434/v1/chat/completions', 'ollama'],
    ['http://ollama:80/v1/chat/completions', 'ollama'],
    ['http://10.0.0.7:8000/v1/chat/completions', 'vllm'],
    ['http://vllm.models.svc:9999/v1/chat/completions', 'vllm'],
    ['http://[::1]:30000/v1/chat/completions', 'sglang'],
    ['http://127.0.0.1:8080/v1/chat/completions', 'llamacpp'],
    ['http://127.0.0.1:1235/v1/chat/completions', 'default'],
    ['https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1/chat/completions', 'bedrock'],
    ['https://mine.us-east-1.elb.amazonaws.com/v1/chat/completions', 'default'],
    ['http://my-tgi:80/v1/chat/completions', 'tgi'],
    ['https://europe-west1-aiplatform.googleapis.com/v1/x', 'vertex'],
    ['https://evilaiplatform.googleapis.com/v1/x', 'default'],
    ['https://example.com:8000/v1/chat/completions', 'default'],
    ['https://notopenrouter.ai/v1/chat/completions', 'default'],
    ['https://box.ai/v1/chat/completions', 'default'],
  ])('%s -> %s', (url, name) => {
    expect(detect(url)).toBe(name);
  });
});

describe('by name', () => {
  const url = new URL('https://example.com/');
  it.each(dialectNames)('%s', (name) => {
    const dialect = resolveDialect(name, url);
    expect(dialect.name).toBe(name);
    expect(dialect.maxToolNameLength).toBeGreaterThan(0);
    if (dialect.effortField === 'reasoning_effort') {
      expect(dialect.allowedFields).toContain('reasoning_effort');
    }
    expect(dialect.allowedFields).toContain(dialect.maxTokensField);
  });

  it('has every name once', () => {
    expect(new Set(dialectNames).size).toBe(dialectNames.length);
    expect(dialectNames.length).toBeGreaterThan(20);
  });

  it('has a source for each, with the month in which it was seen', () => {
    expect(Object.keys(presetSources)).toEqual([...dialectNames]);
    for (const source of Object.values(presetSources)) expect(source).toMatch(monthOfAYear);
  });

  it('refuses an unknown name and lists the known ones', () => {
    expect(() => resolveDialect('vlm', url)).toThrow(/one of: default, .*vllm/);
  });
});
