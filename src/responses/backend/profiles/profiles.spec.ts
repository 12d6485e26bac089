import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EnvironmentError, readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import { defaultDialect } from '../dialects/default.dialect.js';
import { resolveDialect } from '../dialects/resolve-dialect.js';
import { DialectResolver } from './dialect-resolver.js';
import { noProfiles, parseProfiles, readProfiles } from './read-profiles.js';

const url = 'https://llm.chutes.ai/v1/chat/completions';

function resolver(text: string, name = 'auto'): DialectResolver {
  const settings = toSettings(readEnvironment({ BACKEND_URL: url }));
  return new DialectResolver(resolveDialect(name, new URL(url)), parseProfiles(text), settings);
}

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

describe('the dialect of a model', () => {
  it('tells the rules that made it', () => {
    const dialects = resolver('models: {"*": {images: none}, "kimi-*": {thinkTags: open}, z: {}}');
    dialects.learn('kimi-k3', { includeUsage: false });
    dialects.learn('kimi-k3', { includeUsage: false, responseFormat: 'prompt' });
    expect(dialects.rulesOf('kimi-k3')).toEqual({
      preset: 'chutes',
      family: 'kimi-k3',
      profiles: ['*', 'kimi-*'],
      learned: ['includeUsage', 'responseFormat'],
    });
    expect(dialects.rulesOf('other')).toEqual({ preset: 'chutes', profiles: ['*'], learned: [] });
  });

  it('learns for the API alone in which the backend refused', () => {
    const env = readEnvironment({ BACKEND_URL: url, BACKEND_API: 'responses' });
    const dialects = new DialectResolver(defaultDialect, noProfiles, toSettings(env));
    expect(dialects.learn('m', { parallelToolCalls: false }, 'chat').api).toBeUndefined();
    expect(dialects.forModel('m', 'chat').parallelToolCalls).toBe(false);
    expect(dialects.rulesOf('m', 'chat').learned).toEqual(['parallelToolCalls']);
    expect(dialects.forModel('m')).toMatchObject({ api: 'responses', parallelToolCalls: true });
    expect(dialects.rulesOf('m').learned).toEqual([]);
  });

  it('is that of the backend where no entry matches', () => {
    const chutes = resolveDialect('chutes', new URL(url));
    expect(resolver('').forModel('any')).toBe(chutes);
    expect(resolver('models: {other: {thinkTags: open}}').forModel('any')).toEqual(chutes);
  });

  it('is changed by backend, then by model, later entries over earlier ones', () => {
    const dialects = resolver(`
backends:
  "*.chutes.ai": { emptyTurn: retry, images: none }
  other.example: { emptyTurn: fail }
models:
  "*": { images: data }
  "qwen/*-thinking": { thinkTags: open }
  Qwen/Qwen3-Thinking: { toolCallRescue: false }
`);
    expect(dialects.forModel('Qwen/Qwen3-Thinking')).toMatchObject({
      name: 'chutes',
      emptyTurn: 'retry',
      images: 'data',
      thinkTags: 'open',
      toolCallRescue: false,
      reasoningReplay: 'full',
    });
    expect(dialects.forModel('qwen/x')).toMatchObject({ images: 'data', thinkTags: 'tags' });
  });

  it('takes JSON, and another preset for one model', () => {
    const dialects = resolver('{"models":{"deepseek-*":{"dialect":"deepseek","images":"url"}}}');
    expect(dialects.forModel('deepseek-v4')).toMatchObject({ name: 'deepseek', images: 'url' });
    expect(dialects.forModel('other').name).toBe('chutes');
  });

  it('adds fields, replaces fields, and replaces overflow wordings', () => {
    const dialects = resolver(`
models:
  a: { extraFields: [priority], overflowPatterns: ["zu lang"] }
  b: { allowedFields: [temperature] }
`);
    const a = dialects.forModel('a');
    expect(a.allowedFields.has('priority')).toBe(true);
    expect(a.allowedFields.has('temperature')).toBe(true);
    expect(a.overflowPatterns.map((pattern) => pattern.test('Viel ZU LANG'))).toEqual([true]);
    expect([...dialects.forModel('b').allowedFields]).toEqual(['temperature']);
  });

  it('is worked out once, and forgotten when clients make up names without end', () => {
    const dialects = resolver('models: {"*": {images: none}}');
    expect(dialects.forModel('a')).toBe(dialects.forModel('a'));
    for (let count = 0; count < 3000; count++) dialects.forModel(`m${count}`);
    expect(dialects.forModel('a').images).toBe('none');
  });

  it('a pattern has no other special characters than the star', () => {
    const dialects = resolver('models: {"a.b(c)+*": {images: none}}');
    expect(dialects.forModel('a.b(c)+x').images).toBe('none');
    expect(dialects.forModel('aXb(c)+x').images).toBe('url');
  });
});

describe('an engine that shows itself', () => {
  const at = (address: string, dialect = 'auto') => {
    const backend = new URL(address);
    const settings = toSettings(
      readEnvironment({ BACKEND_URL: address, BACKEND_DIALECT: dialect }),
    );
    return new DialectResolver(resolveDialect(dialect, backend), noProfiles, settings);
  };

  it.each([
    ['http://127.0.0.1:9999/v1/chat/completions', 'auto', 'vllm'],
    ['http://10.0.0.7:8080/v1/chat/completions', 'auto', 'vllm'],
    ['http://ollama:9999/v1/chat/completions', 'auto', 'ollama'],
    ['http://127.0.0.1:9999/v1/chat/completions', 'sglang', 'sglang'],
    ['https://backend.example/v1/chat/completions', 'auto', 'default'],
  ])('at %s with %s: %s', (address, dialect, name) => {
    const dialects = at(address, dialect);
    const before = dialects.forBackend().name;
    dialects.forModel('m');
    expect(dialects.noteEngine('vllm')).toBe(before !== name);
    expect([dialects.forBackend().name, dialects.forModel('m').name]).toEqual([name, name]);
    expect(dialects.noteEngine('vllm')).toBe(false);
  });
});

describe('the catalogue fields of a model', () => {
  it('come together from all entries that match', () => {
    const dialects = resolver(`
models:
  "*": { efforts: [low, high] }
  m: { displayName: "The M", contextWindow: 1000 }
`);
    expect(dialects.profileOf('m')).toEqual({
      displayName: 'The M',
      contextWindow: 1000,
      efforts: ['low', 'high'],
    });
    expect(dialects.profileOf('other')).toEqual({ efforts: ['low', 'high'] });
    expect(dialects.profiledModels()).toEqual(['m']);
  });
});

describe('what an entry may change', () => {
  it('is every field of a dialect', () => {
    const values: Record<string, unknown> = {
      ...defaultDialect,
      apiKeyHeader: 'api-key',
      allowedFields: ['a'],
      overflowPatterns: ['a'],
    };
    delete values.name;
    const dialects = resolver(JSON.stringify({ models: { m: values } }));
    expect(Object.keys(dialects.forModel('m')).sort()).toEqual(
      ['name', ...Object.keys(values)].sort(),
    );
  });
});

describe('a wrong file', () => {
  it.each([
    ['models: {m: {thinkTags: maybe}}', 'models["m"]: thinkTags must be one of'],
    ['models: {m: {thinktags: off}}', 'models["m"]: property thinktags should not exist'],
    ['models: {m: {dialect: vlm}}', 'models["m"]: dialect must be one of'],
    ['models: {m: {includeUsage: "yes"}}', 'models["m"]: includeUsage must be a boolean'],
    ['models: {m: {effortMap: [a]}}', 'models["m"]: effortMap must map words to words'],
    ['models: {m: {overflowPatterns: ["("]}}', 'must be a regular expression'],
    ['models: {m: {contextWindow: -1}}', 'models["m"]: contextWindow must not be less than 1'],
    ['models: {m: {efforts: low}}', 'models["m"]: efforts must be an array'],
    ['models: {m: 5}', 'models["m"] must be a table'],
    ['models: [a]', 'models must be a table'],
    ['profiles: {}', 'profiles is unknown'],
    ['[1]', 'must hold a table'],
    ['models: {m: {a: 1, a: 2}}', 'Map keys must be unique'],
    ['models: "unfinished', 'Missing closing'],
  ])('%s', (text, problem) => {
    const problems = problemsOf(() => parseProfiles(text));
    expect(problems.join('\n')).toContain(problem);
    expect(problems.every((line) => line.startsWith('BACKEND_PROFILES '))).toBe(true);
  });

  it('has all its problems told at once', () => {
    const text = 'backends: {h: {images: x}}\nmodels: {m: {images: x, toolChoice: 1}}\nother: 1';
    expect(problemsOf(() => parseProfiles(text))).toHaveLength(4);
  });

  it('may not be there, or be too large', () => {
    const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
    const file = join(folder, 'profiles.yaml');
    expect(problemsOf(() => readProfiles(file)).join()).toContain('ENOENT');
    writeFileSync(file, `# ${'x'.repeat(1024 * 1024)}`);
    expect(problemsOf(() => readProfiles(file)).join()).toContain('larger');
    writeFileSync(file, 'models:\n');
    expect(readProfiles(file)).toEqual(noProfiles);
    rmSync(folder, { recursive: true });
  });
});
