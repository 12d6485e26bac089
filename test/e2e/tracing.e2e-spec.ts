import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

interface OtlpValue {
  stringValue?: string;
  intValue?: number | string;
  doubleValue?: number;
  arrayValue?: { values: OtlpValue[] };
}
interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: OtlpValue }[];
  status: { code?: number };
}

/** Collects over OTLP/HTTP and keeps what it gets. */
class Collector {
  readonly spans: OtlpSpan[] = [];
  serviceName: string | undefined;
  private readonly server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.url === '/v1/traces') this.keep(Buffer.concat(parts).toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private keep(text: string): void {
    const body = JSON.parse(text) as {
      resourceSpans: {
        resource: { attributes: OtlpSpan['attributes'] };
        scopeSpans: { spans: OtlpSpan[] }[];
      }[];
    };
    for (const { resource, scopeSpans } of body.resourceSpans) {
      this.serviceName = valuesOf(resource.attributes)['service.name'] as string;
      for (const { spans } of scopeSpans) this.spans.push(...spans);
    }
  }
}

function valueOf(value: OtlpValue): unknown {
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(valueOf);
  const number = value.intValue ?? value.doubleValue;
  return number === undefined ? value.stringValue : Number(number);
}

function valuesOf(attributes: OtlpSpan['attributes']): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const clientSpan = '00f067aa0ba902b7';
const traceparent = `00-${traceId}-${clientSpan}-01`;
const chunks = new ChatChunks('demo');
const request = { model: 'demo', input: 'Hi', temperature: 0.5, max_output_tokens: 10 };
const usage = {
  prompt_tokens: 7,
  completion_tokens: 3,
  total_tokens: 10,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
};
const good = () =>
  streamOf(chunks.text('Secret answer'), chunks.finish('stop'), chunks.usage(usage));

describe('traces', () => {
  let collector: Collector;
  let service: Service;
  let endpoint: string;
  beforeEach(async () => {
    collector = new Collector();
    endpoint = await collector.start();
  });
  afterEach(() => {
    collector.close();
  });

  /** Gives the spans after the shutdown, which sends all that are left. */
  async function spansAfter(work: () => Promise<unknown>, more: Record<string, string> = {}) {
    service = await startService({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...more });
    await work();
    await service.close();
    return collector.spans;
  }

  it('have their ids beside the durations in the metrics, in the format that has room for them', async () => {
    const accept = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3';
    let open = '';
    let plain = '';
    await spansAfter(async () => {
      const { url } = service.proxy;
      for (const flags of ['01', '00']) {
        service.backend.enqueue(good());
        const id = flags === '01' ? traceId : traceId.replace('4bf', 'abc');
        const headers = { traceparent: `00-${id}-${clientSpan}-${flags}` };
        await (await service.post({ ...request, stream: true }, { headers })).text();
      }
      await service.proxy.nextLog(({ msg }) => msg === 'request_completed');
      const reply = await fetch(`${url}/metrics`, { headers: { accept } });
      expect(reply.headers.get('content-type')).toMatch(/^application\/openmetrics-text/);
      open = await reply.text();
      plain = await (await fetch(`${url}/metrics`)).text();
    });
    const exemplars = open.split('\n').filter((line) => line.includes(' # {'));
    const names = exemplars.map((line) =>
      /^(\w+)_bucket\{.* # \{trace_id="(\w+)"\} /.exec(line)?.slice(1),
    );
    expect(new Set(names.map((found) => found?.[0]))).toEqual(
      new Set([
        'responses_proxy_time_to_first_event_seconds',
        'responses_proxy_request_duration_seconds',
      ]),
    );
    expect(new Set(names.map((found) => found?.[1]))).toEqual(new Set([traceId]));
    expect(open).toMatch(/^# TYPE responses_proxy_requests counter$/m);
    expect(open).toMatch(/# EOF\n$/);
    expect(plain).toMatch(/^# TYPE responses_proxy_requests_total counter$/m);
    expect(plain).not.toContain('trace_id');
  });

  it('span the client, the proxy and the backend, in the words of the GenAI conventions', async () => {
    const spans = await spansAfter(async () => {
      service.backend.enqueue(good());
      const headers = { traceparent, tracestate: 'vendor=1' };
      await (await service.post({ ...request, stream: true }, { headers })).text();
    });
    const server = spans.find(({ kind }) => kind === 2);
    const client = spans.find(({ kind }) => kind === 3);
    expect(collector.serviceName).toBe('responses-proxy');
    expect(server).toMatchObject({
      traceId,
      parentSpanId: clientSpan,
      name: 'POST /v1/responses',
    });
    expect(valuesOf(server?.attributes ?? [])).toMatchObject({
      'http.route': '/v1/responses',
      'http.response.status_code': 200,
      'gen_ai.request.model': 'demo',
    });
    expect(client).toMatchObject({ traceId, parentSpanId: server?.spanId, name: 'chat demo' });
    expect(valuesOf(client?.attributes ?? [])).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'demo',
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.max_tokens': 10,
      'gen_ai.response.model': 'demo',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 7,
      'gen_ai.usage.output_tokens': 3,
    });
    const { headers } = service.backend.lastCall;
    expect(headers.traceparent).toBe(`00-${traceId}-${client?.spanId ?? ''}-01`);
    expect(headers.tracestate).toBe('vendor=1');
    expect(JSON.stringify(spans)).not.toMatch(/Secret answer|sk-test/);
  });

  it('name the error, one span for each attempt', async () => {
    const spans = await spansAfter(
      async () => {
        service.backend.enqueue(jsonReply(503, {}), jsonReply(502, {}));
        expect((await service.post(request)).status).toBe(502);
      },
      { BACKEND_RETRIES: '1' },
    );
    const calls = spans.filter(({ kind }) => kind === 3);
    const types = calls.map(({ attributes }) => valuesOf(attributes)['error.type']);
    expect(types).toEqual(['server_is_overloaded', 'backend_error']);
    expect(calls.map(({ status }) => status.code)).toEqual([2, 2]);
  });

  it("a client that does not sample decides, and the chat passthrough belongs to the proxy's span", async () => {
    const spans = await spansAfter(async () => {
      await service.post(request, { headers: { traceparent: traceparent.replace(/01$/, '00') } });
      await fetch(`${service.baseURL}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TEST_KEY}`, traceparent },
        body: '{}',
      });
    });
    expect(spans.map(({ name }) => name)).toEqual(['POST /v1/chat/completions']);
    const sent = service.backend.lastCall.headers.traceparent;
    expect(sent).toBe(`00-${traceId}-${spans[0]?.spanId ?? ''}-01`);
  });

  it('hold no key, wherever a client or a backend puts one', async () => {
    const secret = 'sk-proj-Abcdefghijklmnop0123456789';
    const own = 'the-house-key-of-a-client';
    const spans = await spansAfter(async () => {
      service.backend.enqueue(
        streamOf(
          { id: secret, model: secret, choices: [{ index: 0, delta: { content: 'Hi' } }] },
          { id: secret, choices: [{ index: 0, delta: {}, finish_reason: secret }] },
        ),
      );
      const headers = { authorization: `Bearer ${own}`, 'x-request-id': secret };
      await (await service.post({ ...request, model: secret }, { headers })).text();
      for (const id of [secret, own, `Bearer%20${secret}`])
        await fetch(`${service.baseURL}/responses/${id}`, { headers });
    });
    expect(spans.length).toBeGreaterThanOrEqual(5);
    const exported = JSON.stringify(spans);
    expect(exported).not.toContain(secret);
    expect(exported).not.toContain(own);
    expect(exported).toContain('sk-pro...6789');
  });

  it.each(['nonsense', `00-${traceId}-short-01`])('%s is no parent', async (given) => {
    const spans = await spansAfter(() =>
      service.post(request, { headers: { traceparent: given } }),
    );
    expect(spans.find(({ kind }) => kind === 2)?.traceId).not.toBe(traceId);
  });

  it('a collector that is down does not disturb', async () => {
    collector.close();
    const spans = await spansAfter(async () => {
      expect((await service.post(request)).status).toBe(200);
    });
    expect(spans).toEqual([]);
  });
});

describe('without a collector', () => {
  it.each(['responses', 'chat/completions', 'models'])('%s passes the context on', async (path) => {
    const service = await startService();
    const method = path === 'models' ? 'GET' : 'POST';
    await fetch(`${service.baseURL}/${path}${path === 'models' ? '?own' : ''}`, {
      method,
      headers: { authorization: `Bearer ${TEST_KEY}`, traceparent, tracestate: 'vendor=1' },
      ...(method === 'POST' ? { body: JSON.stringify(request) } : {}),
    });
    const headers = service.backend.requests.at(-1)?.headers;
    expect(headers).toMatchObject({ traceparent, tracestate: 'vendor=1' });
    await service.close();
  });
});
