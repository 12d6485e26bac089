import { describe, expect, it } from '@jest/globals';
import { EnvironmentError, readEnvironment } from './read-environment.js';
import type { RawEnvironment } from './raw-environment.js';
import { toSettings } from './to-settings.js';

function problemsOf(raw: RawEnvironment): readonly string[] {
  try {
    readEnvironment(raw);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

describe('readEnvironment', () => {
  it.each([
    ['BACKEND_URL', 'llm.chutes.ai'],
    ['BACKEND_URL', 'ftp://host/v1'],
    ['BACKEND_URL', 'https://user:hunter2@host/v1'],
    ['BACKEND_URL', 'https://host/v1#part'],
    ['BACKEND_TIMEOUT_SECS', '0'],
    ['BACKEND_TIMEOUT_SECS', '1.5'],
    ['BACKEND_TIMEOUT_SECS', '-1'],
    ['BACKEND_TIMEOUT_SECS', '10s'],
    ['BACKEND_DIALECT', 'V LLM'],
    ['BACKEND_HOST_HEADER', 'host\r\nx-evil: 1'],
    ['FORWARD_HEADERS', 'x-trace,Authorization'],
    ['FORWARD_HEADERS', 'x-trace,,x-other'],
    ['FORWARD_HEADERS', 'Connection'],
    ['FORWARD_HEADERS', 'not a header'],
    ['HOST_PORT', '65536'],
    ['LOG_LEVEL', 'loud'],
    ['ENABLE_LOG_VOLUME', 'maybe'],
    ['LOG_VOLUME_MAX_BYTES', '1'],
    ['MAX_JSON_DEPTH', '1e2'],
    ['REASONING_FORMAT', 'both'],
    ['HEARTBEAT_SECS', '.5'],
    ['HEARTBEAT_SECS', 'Infinity'],
    ['BACKEND_API_KEY', 'two words'],
    ['BREAKER_OPEN_SECS', '0'],
    ['PROXY_API_KEYS', 'long-enough-for-one-key,short'],
    ['CORS_ORIGINS', 'https://app.example/path'],
    ['CORS_ORIGINS', '*,https://app.example'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['CADDY_PORT', '0'],
    ['CADDY_DOMAIN', 'a b'],
  ])('refuses %s=%j and does not repeat the value', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} must be `));
    if (value.length > 3) expect(problems[0]).not.toContain(value);
  });

  it('lists every problem at once', () => {
    const problems = problemsOf({ HOST_PORT: 'x', LOG_LEVEL: 'x', CADDY_TLS: 'x' });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(
      expect.arrayContaining(['HOST_PORT', 'LOG_LEVEL', 'CADDY_TLS']),
    );
    expect(problems).toHaveLength(3);
  });

  it.each([
    ['TRUE', true],
    ['1', true],
    ['Yes', true],
    ['on', true],
    ['false', false],
    ['0', false],
    ['NO', false],
    ['Off', false],
  ])('reads the switch %s', (text, value) => {
    expect(readEnvironment({ STRICT_TRANSLATION: text }).STRICT_TRANSLATION).toBe(value);
  });

  it.each([
    [{}, 'info'],
    [{ RUST_LOG: 'debug' }, 'debug'],
    [{ RUST_LOG: 'metrics=debug,WARN' }, 'warn'],
    [{ RUST_LOG: 'off' }, 'silent'],
    [{ RUST_LOG: 'metrics=debug' }, 'info'],
    [{ RUST_LOG: 'warn', LOG_LEVEL: 'error' }, 'error'],
    [{ RUST_LOG: 'warn', LOG_LEVEL: '' }, 'warn'],
    [{ LOG_LEVEL: 'Trace' }, 'trace'],
  ] as const)('takes the level from %j', (raw, level) => {
    expect(toSettings(readEnvironment(raw)).logging.level).toBe(level);
  });

  it('takes nothing else over from the environment', () => {
    expect(readEnvironment({ HOME: '/root' })).not.toHaveProperty('HOME');
  });
});

describe('variables that belong together', () => {
  const keys = { PROXY_API_KEYS: 'a-key-of-sixteen-characters' };
  it.each([
    [
      { BACKEND_API_KEY: 'operator-key' },
      /^PROXY_API_KEYS or CALLERS_FILE must be set with BACKEND_API_KEY/,
    ],
    [keys, /^BACKEND_API_KEY must be set with PROXY_API_KEYS/],
  ])('refuses %j', (raw: RawEnvironment, problem) => {
    expect(problemsOf(raw)).toEqual([expect.stringMatching(problem)]);
  });
  it.each([
    { ...keys, BACKEND_API_KEY: 'operator-key' },
    { ...keys, BACKEND_URL: 'http://vllm:8000/v1/chat/completions' },
  ])('takes %j', (raw: RawEnvironment) => {
    expect(problemsOf(raw)).toEqual([]);
  });
});

describe('toSettings', () => {
  it('keeps only digests of the keys of the proxy', () => {
    const settings = toSettings(
      readEnvironment({ PROXY_API_KEYS: 'first-key-0123456789', BACKEND_API_KEY: 'operator-key' }),
    );
    expect(settings.access.keyDigests.map((digest) => digest.length)).toEqual([32]);
    expect(JSON.stringify(settings)).not.toContain('first-key');
  });

  it('converts units and keeps the defaults', () => {
    const settings = toSettings(
      readEnvironment({
        HEARTBEAT_SECS: '0.25',
        STREAM_OPEN_AFTER_SECS: '0',
        FORWARD_HEADERS: ' X-Trace , x-tenant,x-trace',
        BACKEND_HOST_HEADER: '',
      }),
    );
    expect(settings.streaming).toEqual({ heartbeatMs: 250, openAfterMs: 0 });
    expect(settings.backend).toMatchObject({
      firstByteTimeoutMs: 600_000,
      connectTimeoutMs: 10_000,
      idleTimeoutMs: 300_000,
      hostHeader: undefined,
      forwardHeaders: ['x-trace', 'x-tenant', 'traceparent', 'tracestate'],
    });
    expect(settings.backend.url.href).toBe('https://llm.chutes.ai/v1/chat/completions');
    expect(settings.limits.bodyBytes).toBe(10 * 1024 * 1024);
  });
});

describe('a bucket for files', () => {
  const bucket = {
    STORE_URL: 'sqlite:a.db',
    STORE_SECRET: 'a secret of the tests',
    FILES_URL: 'https://s3.eu-central-1.amazonaws.com/bucket/folder/',
    FILES_ACCESS_KEY_ID: 'id',
    FILES_SECRET_ACCESS_KEY: 'secret',
  };
  const problems = (change: Record<string, string>): string => {
    try {
      readEnvironment({ ...bucket, ...change });
      return '';
    } catch (error) {
      return String(error);
    }
  };

  it('is taken with all that it needs', () => {
    expect(problems({})).toBe('');
    expect(problems({ FILES_URL: 'http://minio:9000/bucket' })).toBe('');
  });

  it.each([
    ['https://host/', 'FILES_URL must be'],
    ['https://key:secret@host/bucket', 'FILES_URL must be'],
    ['https://host/bucket?x=1', 'FILES_URL must be'],
    ['s3://bucket', 'FILES_URL must be'],
  ])('is not %s', (url, problem) => {
    expect(problems({ FILES_URL: url })).toContain(problem);
  });

  it.each([
    ['STORE_URL', 'memory:', 'STORE_URL must be sqlite, redis or postgres with FILES_URL'],
    ['STORE_URL', 'none:', 'STORE_URL must be sqlite, redis or postgres with FILES_URL'],
    ['STORE_SECRET', '', 'STORE_SECRET must be set with FILES_URL'],
    ['FILES_ACCESS_KEY_ID', '', 'FILES_ACCESS_KEY_ID must be set with FILES_URL'],
    ['FILES_SECRET_ACCESS_KEY', '', 'FILES_SECRET_ACCESS_KEY must be set with FILES_URL'],
  ])('needs %s, not %j', (name, value, problem) => {
    expect(problems({ [name]: value })).toContain(problem);
  });
});
