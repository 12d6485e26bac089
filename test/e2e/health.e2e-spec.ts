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
      /responses_proxy_requests_total\{route="unknown",status="404",stream="false"\} 1/,
    );
    expect(text).toContain('responses_proxy_open_streams 0');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text).not.toContain('no/such/path');
  });
});
