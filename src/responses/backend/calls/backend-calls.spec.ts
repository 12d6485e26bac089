import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import { BackendCalls, operator } from './backend-calls.js';
import { resolveDialect } from '../dialects/resolve-dialect.js';
import { DialectResolver } from '../profiles/dialect-resolver.js';
import { parseProfiles } from '../profiles/read-profiles.js';

/** The key goes by another header for this host, as the operator's file says. */
const profiles = parseProfiles('{"backends":{"house.test":{"apiKeyHeader":"api-key"}}}');

function callsFor(url: string, more: Record<string, string> = {}): BackendCalls {
  const settings = toSettings(readEnvironment({ BACKEND_URL: url, ...more }));
  const base = resolveDialect('auto', settings.backend.url);
  return new BackendCalls(settings, new DialectResolver(base, profiles, settings));
}

const keyed = (key: string) => ({ id: key, backendKey: key });
const caller = { id: 'a', clientKey: undefined, headers: { 'x-team': 'a' } };
const chatUrl = 'http://house.test/v1/chat/completions';

describe('BackendCalls', () => {
  const calls = callsFor(chatUrl, {
    BACKEND_HOST_HEADER: 'other.test',
    BACKEND_API_KEY: 'operator-key',
    PROXY_API_KEYS: 'proxy-key-of-a-team',
  });
  it.each([
    ['chat', calls.chat('m', '{}', caller)],
    ['the model list', calls.models(caller)],
    ['one model', calls.models(caller, 'a/b')],
    ['a count of tokens', calls.beside(new URL('http://house.test/tokenize'), 'm', {}, caller)],
    [
      'chat that is passed on',
      calls.relay(
        Buffer.from('{}'),
        {
          caller: 'a',
          identity: keyed('proxy-key-of-a-team'),
          headers: { authorization: 'Bearer proxy-key-of-a-team' },
        },
        true,
      ),
    ],
    ['a call of the service itself', calls.models(operator)],
  ])('%s carries the key and the host as they are configured', (_, { headers }) => {
    expect(headers).toMatchObject({ 'api-key': 'operator-key', host: 'other.test' });
    expect(headers).not.toHaveProperty('authorization');
  });

  it.each([
    ['https://llm.chutes.ai/v1/chat/completions', 'https://llm.chutes.ai/v1/models'],
    ['http://h/api/v1/chat/completions/', 'http://h/api/v1/models'],
    ['http://h/openai/x/chat/completions?api-version=1', 'http://h/openai/x/models?api-version=1'],
    ['http://h/chat/completions/v1/chat/completions', 'http://h/chat/completions/v1/models'],
    ['http://h/v1/generate', 'http://h/v1/models'],
  ])('the models of %s are at %s', (backend, models) => {
    expect(callsFor(backend).models(caller).url.href).toBe(models);
  });

  it('makes one path segment of a model id', () => {
    expect(calls.models(caller, '../x?y').url.href).toBe('http://house.test/v1/models/..%2Fx%3Fy');
  });

  it('lets no header travel that is not on the list', () => {
    const { headers } = calls.relay(
      Buffer.from('{}'),
      {
        caller: 'a',
        identity: keyed('proxy-key-of-a-team'),
        headers: {
          authorization: 'Bearer proxy-key-of-a-team',
          cookie: 'c',
          accept: 'text/event-stream',
        },
      },
      true,
    );
    expect(headers).toEqual({
      accept: 'text/event-stream',
      'accept-encoding': 'identity',
      'api-key': 'operator-key',
      host: 'other.test',
      'user-agent': 'responses-proxy',
    });
  });
});
