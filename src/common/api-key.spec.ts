import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import { readEnvironment } from '../config/read-environment.js';
import { toSettings } from '../config/to-settings.js';
import { ApiError } from './api-error.js';
import { isPrivateHost } from '../config/private-host.js';
import { extractApiKey, keyForBackend, requireApiKey } from './api-key.js';

describe('extractApiKey', () => {
  const rows: [IncomingHttpHeaders, string | undefined][] = [
    [{ authorization: 'Bearer abc' }, 'abc'],
    [{ authorization: 'bearer   abc ' }, 'abc'],
    [{ authorization: 'BEARER abc' }, 'abc'],
    [{ authorization: 'abc' }, 'abc'],
    [{ authorization: 'Bearer' }, undefined],
    [{ authorization: 'Basic dXNlcjpwYXNz' }, undefined],
    [{ authorization: '  ' }, undefined],
    [{ 'x-api-key': ' abc ' }, 'abc'],
    [{ 'x-api-key': ['first', 'second'] }, 'first'],
    [{ 'x-api-key': '' }, undefined],
    [{ authorization: 'Basic dXNlcg==', 'x-api-key': 'abc' }, 'abc'],
    [{ authorization: 'Bearer one', 'x-api-key': 'two' }, 'one'],
    [{}, undefined],
  ];
  it.each(rows)('%j -> %s', (headers, key) => {
    expect(extractApiKey(headers)).toBe(key);
  });
});

describe('isPrivateHost', () => {
  it.each([
    '127.0.0.1',
    'localhost',
    '[::1]',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.5',
    'ollama',
    'host.docker.internal',
    'vllm.models.svc',
    'vllm.models.svc.cluster.local',
    '[fd00::1]',
  ])('%s is private', (host) => {
    expect(isPrivateHost(host)).toBe(true);
  });
  it.each(['llm.chutes.ai', 'api.openai.com', '8.8.8.8', '172.32.0.1', '[2606:4700::1]'])(
    '%s is public',
    (host) => {
      expect(isPrivateHost(host)).toBe(false);
    },
  );
});

describe('keyForBackend', () => {
  const settings = (environment: Record<string, string>) =>
    toSettings(readEnvironment({ BACKEND_URL: 'http://ollama:11434/v1', ...environment }));

  it('is the key of the client', () => {
    expect(keyForBackend('client-key', settings({}))).toBe('client-key');
  });
  it('refuses a request without a key when the backend is public', () => {
    const { access, backend } = settings({ BACKEND_URL: 'https://llm.chutes.ai/v1' });
    expect(() => {
      requireApiKey(undefined, { access, backend });
    }).toThrow(ApiError);
  });
  it('lets it pass when the backend is in the private network', () => {
    expect(() => {
      requireApiKey(undefined, settings({}));
    }).not.toThrow();
    expect(keyForBackend(undefined, settings({}))).toBeUndefined();
  });
  it.each([{ BACKEND_API_KEY: 'operator-key' }, {}])(
    'never is the key of the client when the proxy has keys of its own: %j',
    (environment: { BACKEND_API_KEY?: string }) => {
      const own = settings({ PROXY_API_KEYS: 'client-key-0123456789', ...environment });
      expect(keyForBackend('client-key', own)).toBe(environment.BACKEND_API_KEY);
    },
  );
});
