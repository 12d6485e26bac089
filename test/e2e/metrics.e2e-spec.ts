import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { metric } from '../support/metrics.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[];
  templating: { list: { query: string }[] };
}

const chunks = new ChatChunks('demo');
const request = { model: 'demo', input: 'Hi', stream: true };

let service: Service;
afterEach(() => service.close());

async function scrape(url: string): Promise<string> {
  const reply = await fetch(url);
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toContain('text/plain');
  return reply.text();
}

/** Finds `responses_proxy_…` and Node's own, as they stand in a query or a table. */
function namesIn(text: string): string[] {
  return [...new Set(text.match(/\b(?:responses_proxy|nodejs|process)_[a-z0-9_]+/g))];
}

describe('the metrics', () => {
  it('tell of tokens, gaps, streams and warnings', async () => {
    service = await startService();
    const { url } = service.proxy;
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 5 },
    };
    const pause = { waitMs: 60 };
    const end = streamOf(chunks.finish('stop'), chunks.usage(usage));
    service.backend.enqueue({
      steps: [{ data: chunks.text('a') }, pause, { data: chunks.text('b') }, pause, ...end.steps],
    });
    const headers = { 'x-request-id': 'measured' };
    const body = { ...request, truncation: 'auto', tools: [{ type: 'web_search' }] };
    await (await service.post(body, { headers })).text();
    await service.proxy.nextLog((line) => line.msg === 'request_completed');

    const value = (series: string) => metric(url, `responses_proxy_${series}`);
    expect(await value('tokens_total{kind="input"}')).toBe(100);
    expect(await value('tokens_total{kind="cached"}')).toBe(60);
    expect(await value('tokens_total{kind="output"}')).toBe(20);
    expect(await value('tokens_total{kind="reasoning"}')).toBe(5);
    expect(await value('translation_warnings_total{code="tool_dropped"}')).toBe(1);
    expect(await value('open_streams')).toBe(0);
    expect(await value('event_gap_seconds_count')).toBeGreaterThanOrEqual(2);
    // Chunks that wait together in a busy process leave together, so only a part of the pauses is sure to show.
    expect(await value('event_gap_seconds_sum')).toBeGreaterThan(0);
    expect(await value('time_to_first_event_seconds_count')).toBe(1);
    const route = 'route="/v1/responses"';
    expect(await value(`request_duration_seconds_count{${route},stream="true"}`)).toBe(1);
  });

  it('METRICS_PORT moves them to a port of their own', async () => {
    service = await startService({ METRICS_PORT: '0', HOST: '127.0.0.1' });
    const line = await service.proxy.nextLog(({ msg }) => msg.startsWith('Metrics on port'));
    const origin = `http://127.0.0.1:${line.msg.replace(/\D/g, '')}`;
    expect(await scrape(`${origin}/metrics`)).toContain('responses_proxy_open_streams 0');
    expect((await fetch(`${origin}/v1/models`)).status).toBe(404);
    expect((await fetch(`${service.proxy.url}/metrics`)).status).toBe(404);
  });

  it('have their samples from the start, so that rate() sees the first event', async () => {
    service = await startService();
    const exposed = await scrape(`${service.proxy.url}/metrics`);
    const counters = [...exposed.matchAll(/^# TYPE (responses_proxy_\S+) counter$/gm)];
    expect(counters.length).toBeGreaterThan(8);
    const without = counters.filter(([, name]) => !new RegExp(`^${name}[{ ]`, 'm').test(exposed));
    expect(without).toEqual([]);
    expect(exposed).toContain('requests_refused_total{reason="draining"} 0');
    expect(exposed).toContain('backend_errors_total{code="backend_timeout"} 0');
  });

  it('are all documented, and the dashboard asks for none that is not there', async () => {
    service = await startService();
    const exposed = await scrape(`${service.proxy.url}/metrics`);
    const families = [...exposed.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
    const known = (name: string) =>
      families.includes(name.replace(/_(?:bucket|sum|count)$/, '')) || families.includes(name);

    const document = readFileSync('docs/observability.md', 'utf8');
    expect(namesIn(document).filter((name) => !known(name))).toEqual([]);
    const own = families.filter((name) => name.startsWith('responses_proxy_'));
    expect(own.filter((name) => !document.includes(`| \`${name}\``))).toEqual([]);

    const text = readFileSync('docs/grafana-dashboard.json', 'utf8');
    const dashboard = JSON.parse(text) as Dashboard;
    const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    queries.push(...dashboard.templating.list.map(({ query }) => query));
    const asked = namesIn(queries.join('\n'));
    expect(asked.length).toBeGreaterThan(15);
    expect(asked.filter((name) => !known(name))).toEqual([]);
    expect(own.filter((name) => !asked.some((query) => query.startsWith(name)))).toEqual([]);
  });
});

describe('/health/ready with READY_REQUIRES_BACKEND', () => {
  it('asks the backend', async () => {
    service = await startService({ READY_REQUIRES_BACKEND: 'true' });
    const reply = await fetch(`${service.proxy.url}/health/ready`);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({
      status: 'ready',
      checks: { accepting: 'up', capacity: 'up', backend: 'up' },
    });
    const before = service.backend.requests.length;
    await fetch(`${service.proxy.url}/health/ready`);
    expect(service.backend.requests).toHaveLength(before);
  });

  it.each([
    ['answers 5xx', 503, 'down', 503],
    ['wants a key', 401, 'up', 200],
  ])('a backend that %s', async (_name, backendStatus, check, status) => {
    service = await startService({ READY_REQUIRES_BACKEND: 'true' });
    service.backend.onModels = () => ({ status: backendStatus, steps: [] });
    const reply = await fetch(`${service.proxy.url}/health/ready`);
    expect(reply.status).toBe(status);
    expect(await reply.json()).toMatchObject({ checks: { backend: check } });
  });

  it('a backend that is not there', async () => {
    service = await startService({
      READY_REQUIRES_BACKEND: 'true',
      BACKEND_URL: 'http://127.0.0.1:9/v1/chat/completions',
    });
    expect((await fetch(`${service.proxy.url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${service.proxy.url}/health/live`)).status).toBe(200);
  });
});
