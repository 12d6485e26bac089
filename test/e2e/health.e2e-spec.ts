import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp } from '../support/start-app.js';
import type { StartedApp } from '../support/start-app.js';

describe('health and metrics', () => {
  let proxy: StartedApp;
  beforeAll(async () => {
    proxy = await startApp();
  });
  afterAll(() => proxy.close());

  it('GET /health has the shape that monitoring reads', async () => {
    const reply = await fetch(`${proxy.url}/health`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toContain('application/json');
    expect(await reply.json()).toEqual({
      status: 'healthy',
      circuit_breaker: { enabled: expect.any(Boolean), is_open: false, consecutive_failures: 0 },
    });
  });

  it('GET / says what this is, as JSON and to a browser', async () => {
    const reply = await fetch(`${proxy.url}/`);
    expect(await reply.json()).toMatchObject({
      name: 'responses-proxy',
      version: expect.stringMatching(/^\d+\.\d+/),
      base_url: `${proxy.url}/v1`,
      backend: expect.stringMatching(/answer/),
    });
    const html = await fetch(`${proxy.url}/`, { headers: { accept: 'text/html' } });
    expect(html.headers.get('content-type')).toContain('text/html');
    expect(await html.text()).toContain(`<code>${proxy.url}/v1</code>`);
  });

  it.each([
    ['/responses', 'ends with /v1'],
    ['/chat/completions', 'ends with /v1'],
    ['/v1/v1/responses', 'has /v1 once'],
  ])('POST %s hints at the base URL', async (path, hint) => {
    const reply = await fetch(`${proxy.url}${path}`, { method: 'POST' });
    expect(reply.status).toBe(404);
    expect(JSON.stringify(await reply.json())).toContain(hint);
  });

  it('GET /health/live says alive', async () => {
    const reply = await fetch(`${proxy.url}/health/live`);
    expect(await reply.json()).toEqual({ status: 'alive' });
  });

  it.each(['/health', '/health/live'])('HEAD %s works', async (path) => {
    const reply = await fetch(`${proxy.url}${path}`, { method: 'HEAD' });
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe('');
  });

  it('GET /metrics counts the requests that came before', async () => {
    await fetch(`${proxy.url}/no/such/path`);
    await proxy.nextLog((line) => line.path === '/no/such/path');
    const reply = await fetch(`${proxy.url}/metrics`);
    expect(reply.headers.get('content-type')).toContain('text/plain');
    const text = await reply.text();
    expect(text).toMatch(
      /responses_proxy_requests_total\{route="unknown",status="404",stream="false"\} \d+/,
    );
    expect(text).toContain('responses_proxy_open_streams 0');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text).not.toContain('no/such/path');
  });
});
