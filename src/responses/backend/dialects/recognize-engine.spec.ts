import { describe, expect, it } from '@jest/globals';
import { dialectNames } from './resolve-dialect.js';
import { recognizeEngine } from './recognize-engine.js';

const list = (model: unknown) => ({ object: 'list', data: [model] });

describe('the engine that a model list shows', () => {
  it.each<[engine: string | undefined, model: unknown, server: string]>([
    ['vllm', { id: 'a', owned_by: 'vllm', max_model_len: 8192 }, 'uvicorn'],
    ['sglang', { id: 'a', owned_by: 'sglang' }, ''],
    ['llamacpp', { id: 'a', owned_by: 'llamacpp', meta: { n_ctx: 4096 } }, ''],
    ['llamacpp', { id: 'a', owned_by: 'me' }, 'llama.cpp'],
    ['ollama', { id: 'llama3.2', owned_by: 'library' }, ''],
    ['lmstudio', { id: 'qwen/qwen3.5-9b', owned_by: 'organization_owner' }, ''],
    ['lmdeploy', { id: 'a', owned_by: 'lmdeploy' }, ''],
    ['koboldcpp', { id: 'koboldcpp/a', owned_by: 'koboldcpp' }, ''],
    ['litellm', { id: 'gpt-5', created: 1677610602, owned_by: 'openai' }, ''],
    ['xinference', { id: 'a', model_ability: ['chat', 'tools'], model_type: 'LLM' }, ''],
    ['tgi', { id: 'org/a', created: 0, owned_by: 'org/a' }, ''],
    ['mlx', { id: 'mlx-community/a', created: 1_700_000_000 }, 'BaseHTTP/0.6 Python/3.12.1'],
    [undefined, { id: 'a', owned_by: 'demo' }, 'nginx'],
    [undefined, { id: 'a', owned_by: 'constructor' }, ''],
    [undefined, null, ''],
  ])('%s: %j %s', (engine, model, server) => {
    expect(recognizeEngine(list(model), server)).toBe(engine);
    if (engine !== undefined) expect(dialectNames).toContain(engine);
  });

  it.each([undefined, 'ok', [], {}, { data: {} }, { data: [] }])('%j shows none', (body) => {
    expect(recognizeEngine(body)).toBeUndefined();
  });
});
