import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EnvironmentError, readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import { parseBackendsFile } from './read-backends-file.js';
import { variablesIn } from './variables.js';

const variables = { HOUSE_KEY: 'key-of-the-house', EMPTY: ' ' };
const settings = (environment: Record<string, string> = {}) =>
  toSettings(readEnvironment({ BACKENDS_FILE: 'b.yaml', ...environment }), [], variables);
const parse = (text: string, environment?: Record<string, string>) =>
  parseBackendsFile(text, 'b.yaml', settings(environment));
function problemsOf(text: string, environment?: Record<string, string>): readonly string[] {
  try {
    parse(text, environment);
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
}

const example = `
backends:
  house:  { url: http://vllm:8000/v1/chat/completions, dialect: vllm, key: '\${HOUSE_KEY}', maxConcurrentStreams: 200 }
  chutes: { url: https://llm.chutes.ai/v1/chat/completions }
  router: { url: https://openrouter.ai/api/v1, key: '\${HOUSE_KEY}2', retries: 0, firstByteTimeoutSecs: 0.5, headers: { X-Title: house } }
routes:
  - model: gpt-oss-120b
    to: [{ backend: house, model: openai/gpt-oss-120b }, { backend: router, model: openai/gpt-oss-120b }]
  - model: 'deepseek-*'
    to: [{ backend: chutes, weight: 3 }, { backend: router, weight: 1, model: 'deepseek/$0' }]
  - { model: '*', to: [chutes] }
`;

describe('BACKENDS_FILE', () => {
  it('is read as it stands in the documentation, as YAML and as JSON', () => {
    const { backends, routes, fallback } = parse(example);
    expect(backends.get('house')).toMatchObject({
      apiKey: 'key-of-the-house',
      takesClientKeys: false,
      dialect: 'vllm',
      maxConcurrentStreams: 200,
    });
    expect(backends.get('chutes')).toMatchObject({ apiKey: undefined, takesClientKeys: true });
    expect(backends.get('router')).toMatchObject({
      url: new URL('https://openrouter.ai/api/v1/chat/completions'),
      apiKey: 'key-of-the-house2',
      firstByteTimeoutMs: 500,
      retries: 0,
      headers: { 'x-title': 'house' },
    });
    expect(routes[2]).toEqual({ model: '*', to: [{ backend: 'chutes' }] });
    expect(fallback).toEqual({ attempts: 3, timeoutMs: 120_000, longestWaitMs: 5_000 });
    const json = JSON.stringify({
      backends: { a: { url: 'http://a' } },
      routes: [{ model: '*', to: ['a'] }],
    });
    expect(parse(json).backends.get('a')?.url.href).toBe('http://a/v1/chat/completions');
  });

  it('tells every problem with its file and line, and never a value', () => {
    const problems = problemsOf(`backends:
  a: { url: ftp://secret-host, key: short }
  b: { url: 'http://b', dialect: klingon, nonsense: 1,
       retries: 99 }
  c: { key: '\${NOBODY_SET_IT}', url: 'http://c/\${EMPTY}' }
routes:
  - { model: x, to: [a, d] }
  - { model: X, to: [{ backend: a, weight: 1 }, { backend: b }] }
  - { model: 'a*b', to: [] }
`);
    expect(problems).toEqual([
      'BACKENDS_FILE b.yaml:5 backends.c.key needs the variable NOBODY_SET_IT, which is not set',
      'BACKENDS_FILE b.yaml:5 backends.c.url needs the variable EMPTY, which is not set',
      'BACKENDS_FILE b.yaml:3 backends.b.nonsense is unknown',
      'BACKENDS_FILE b.yaml:4 backends.b.retries must be <= 10',
      expect.stringMatching(/^BACKENDS_FILE b.yaml:9 routes\[2\].model must match pattern/),
      'BACKENDS_FILE b.yaml:9 routes[2].to must NOT have fewer than 1 items',
      'BACKENDS_FILE b.yaml:2 backends.a.url must be an http or https URL without user, password or fragment',
      'BACKENDS_FILE b.yaml:7 routes[0].to[1] names a backend that is not in backends',
      'BACKENDS_FILE b.yaml:8 routes[1].model has a route above',
      'BACKENDS_FILE b.yaml:8 routes[1].to must have a weight for each target, or for none',
    ]);
    expect(problems.join()).not.toMatch(/secret-host|short/);
  });

  it('tells what no schema can say', () => {
    const problems = problemsOf(`backends:
  a: { url: 'ftp://secret-host' }
  b: { url: 'http://b', dialect: klingon, key: short, headers: { Host: x }, tls: { ca: /nowhere.pem, cert: x } }
routes:
  - { model: x, to: [a, d] }
  - { model: X, to: [{ backend: a, weight: 1 }, { backend: b }] }
`);
    expect(problems.map((problem) => problem.replace(/: chutes.*|one of: .*/, '…'))).toEqual([
      'BACKENDS_FILE b.yaml:2 backends.a.url must be an http or https URL without user, password or fragment',
      'BACKENDS_FILE b.yaml:5 routes[0].to[1] names a backend that is not in backends',
      'BACKENDS_FILE b.yaml:6 routes[1].model has a route above',
      'BACKENDS_FILE b.yaml:6 routes[1].to must have a weight for each target, or for none',
      'BACKENDS_FILE b.yaml:3 backends.b.key must be at least 8 visible ASCII characters long',
      'BACKENDS_FILE b.yaml:3 backends.b.dialect must be auto or …',
      'BACKENDS_FILE b.yaml:3 backends.b.headers.host is written by the service',
      'BACKENDS_FILE b.yaml:3 backends.b.tls.ca cannot be read (ENOENT)',
      'BACKENDS_FILE b.yaml:3 backends.b.tls.cert cannot be read (ENOENT)',
      'BACKENDS_FILE b.yaml:3 backends.b.tls must have cert and key, or neither',
    ]);
  });

  it('tells where passthrough cannot be', () => {
    const problems = problemsOf(`backends:
  a: { url: 'http://a', api: responses, passthrough: true, key: none }
  b: { url: 'http://b', api: responses, key: none }
  c: { url: 'http://c', passthrough: true, key: none }
routes:
  - { model: x, to: [a] }
  - { model: y, to: [a, b] }
`);
    expect(problems).toEqual([
      'BACKENDS_FILE b.yaml:7 routes[1].to must have passthrough at each backend, or at none',
      'BACKENDS_FILE b.yaml:4 backends.c.passthrough needs api: responses',
    ]);
  });

  it.each([
    ['no YAML', 'backends: {', /^BACKENDS_FILE b.yaml:\d+ /],
    [
      'a name twice',
      'backends:\n  a: {}\n  a: {}\n',
      /^BACKENDS_FILE b.yaml:3 Map keys must be unique/,
    ],
    ['nothing', '', /must be object|required property/],
    [
      'a star without quotes',
      'backends: { a: { url: http://a } }\nroutes:\n  - { model: *all, to: [a] }\n',
      /^BACKENDS_FILE b.yaml:3 has an alias that nothing defines/,
    ],
    [
      'a name that no backend may have',
      'backends:\n  "a b": { url: http://a }\nroutes: [{ model: x, to: [c] }]\n',
      /^BACKENDS_FILE b.yaml:2 backends.a b is no name/,
    ],
    ['a list', '[1]', /must be object/],
    ['lists for tables', 'backends: [1]\nroutes: { a: 1 }\n', /backends must be object/],
  ])('%s is a problem', (_, text, expected) => {
    expect(problemsOf(text)[0]).toMatch(expected);
  });
});

describe('the recipes of docs/routing.md and the examples beside the deployments', () => {
  const page = readFileSync('docs/routing.md', 'utf8');
  const recipes = [...page.matchAll(/```yaml\n(.*?)```/gs)]
    .map(([, text = '']) => text)
    .filter((text) => text.startsWith('backends:'));
  const examples = ['docker/backends/backends.example.yaml'].map((path) =>
    readFileSync(path, 'utf8'),
  );

  it.each([...recipes, ...examples])('can be used as they stand: %#', (text) => {
    const found = Object.fromEntries(variablesIn(text).map((name) => [name, `key-in-${name}`]));
    const asked = toSettings(readEnvironment({ BACKENDS_FILE: 'b.yaml' }), [], found);
    const { backends, routes } = parseBackendsFile(text, 'b.yaml', asked);
    expect(backends.size).toBeGreaterThan(1);
    expect(routes.length).toBeGreaterThan(0);
  });

  it('are as many as the page says', () => {
    expect(recipes.length).toBeGreaterThanOrEqual(4);
  });
});

describe("clients' keys", () => {
  const file = (entries: Record<string, object>) =>
    JSON.stringify({ backends: entries, routes: [{ model: '*', to: Object.keys(entries) }] });
  const takers = (entries: Record<string, object>, environment?: Record<string, string>) =>
    [...parse(file(entries), environment).backends]
      .filter(([, { takesClientKeys }]) => takesClientKeys)
      .map(([name]) => name);
  const open = { url: 'https://a.example' };
  const other = { url: 'https://b.example' };
  const next = { url: 'http://vllm:8000' };
  const keyed = { url: 'https://c.example', key: 'key-of-the-operator' };
  const proxyKeys = { PROXY_API_KEYS: 'a-key-of-a-client-0123' };

  it.each([
    [{ open, keyed }, ['open']],
    [{ next, keyed }, ['next']],
    [{ open, next, keyed }, ['open']],
    [{ next, more: { url: 'http://vllm-2:8000' } }, []],
    [{ open: { ...open, key: 'client' }, again: { ...open, key: 'client' } }, ['open', 'again']],
    [{ open: { ...open, key: 'none' }, keyed }, []],
  ])('of %j they go to %j', (entries, expected) => {
    expect(takers(entries)).toEqual(expected);
  });

  it.each([
    [{ open, other }, undefined],
    [{ open: { ...open, key: 'client' }, other: { ...other, key: 'client' } }, undefined],
    [{ open: { ...open, key: 'client' }, other }, undefined],
    [{ open: { ...open, key: 'client' } }, proxyKeys],
    [{ open }, proxyKeys],
  ])('%j is refused', (entries, environment) => {
    expect(problemsOf(file(entries), environment)).toHaveLength(1);
  });
});
