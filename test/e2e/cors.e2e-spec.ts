import { afterEach, describe, expect, it } from '@jest/globals';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

const origin = 'https://app.example';
const request = { model: 'demo', input: 'Hi' };
const chunks = new ChatChunks('demo');

let service: Service;
afterEach(() => service.close());

const allowed = (reply: Response) => reply.headers.get('access-control-allow-origin');
const preflight = (path = '/v1/responses', from = origin) =>
  fetch(service.proxy.url + path, {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-stainless-lang',
    },
  });

describe('CORS', () => {
  it('answers a preflight without asking for a key', async () => {
    service = await startService({ CORS_ORIGINS: origin, PROXY_API_KEYS: 'a-key-0123456789abc' });
    const reply = await preflight();
    expect(reply.status).toBe(204);
    expect(allowed(reply)).toBe(origin);
    expect(reply.headers.get('access-control-allow-methods')).toContain('POST');
    expect(reply.headers.get('access-control-allow-headers')).toContain('x-stainless-lang');
  });

  it('allows no other origin', async () => {
    service = await startService({ CORS_ORIGINS: origin });
    expect(allowed(await preflight('/v1/responses', 'https://evil.example'))).not.toBe(
      'https://evil.example',
    );
  });

  it.each(['*', origin])('%s: on answers, streams, passthrough and errors', async (origins) => {
    service = await startService({ CORS_ORIGINS: origins });
    const headers = { origin };
    const chat = { method: 'POST', body: '{}', headers: { ...headers, authorization: 'Bearer k' } };
    service.backend.enqueue(
      streamOf(chunks.text('a'), chunks.finish('stop')),
      streamOf(chunks.text('a'), chunks.finish('stop')),
      jsonReply(429, {}),
      jsonReply(200, {}, { 'access-control-allow-origin': 'https://backend.example' }),
    );
    const replies = [
      await service.post(request, { headers }),
      await service.post({ ...request, stream: true }, { headers }),
      await service.post(request, { headers }),
      await fetch(`${service.baseURL}/chat/completions`, chat),
      await service.post('{', { headers }),
      await fetch(`${service.baseURL}/nothing`, { headers }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429, 200, 400, 404]);
    for (const reply of replies) {
      expect(allowed(reply)).toBe(origins);
      expect(reply.headers.get('access-control-expose-headers')).toContain('x-request-id');
      await reply.text();
    }
  });

  it('is off by default', async () => {
    service = await startService();
    expect(allowed(await service.post(request, { headers: { origin } }))).toBeNull();
    expect((await preflight()).status).toBe(405);
  });
});

describe('security headers', () => {
  it.each([false, true])('are on every answer, stream: %s', async (stream) => {
    service = await startService();
    const { headers } = await service.post({ ...request, stream });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('strict-transport-security')).toBeNull();
  });
});
