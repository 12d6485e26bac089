import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { json } from 'node:stream/consumers';
import { ChatChunks, ScriptedBackend, type ScriptStep } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { startCaddy, type RunningCaddy } from './support/caddy.js';
import {
  answerOf,
  openEventsOverHttp1,
  openEventsOverHttp2,
  send,
  type EventReader,
  type OpenEvents,
} from './support/client.js';
import { describeWithTool } from './support/tools.js';

interface ResponseEvent {
  type: string;
  delta?: string;
}

const cases: { title: string; tls: boolean; open: OpenEvents }[] = [
  { title: 'without TLS', tls: false, open: openEventsOverHttp1 },
  { title: 'with its own certificate, HTTP/2', tls: true, open: openEventsOverHttp2 },
];

const chunks = new ChatChunks('demo');
const body = JSON.stringify({ model: 'demo', input: 'Count.', stream: true });

describeWithTool('caddy', 'The proxy behind Caddy', () => {
  describe.each(cases)('$title', ({ tls, open }) => {
    let backend: ScriptedBackend;
    let proxy: StartedApp;
    let caddy: RunningCaddy;

    beforeAll(async () => {
      backend = await ScriptedBackend.start();
      proxy = await startApp({ BACKEND_URL: backend.url });
      caddy = await startCaddy({ tls, upstreamPort: Number(new URL(proxy.url).port) });
    });
    afterAll(async () => {
      await caddy.stop();
      await proxy.close();
      await backend.close();
    });

    test('streams each delta before the backend sends the next', async () => {
      const words = ['one', 'two', 'three'].map((text) => ({ text, seen: gate() }));
      backend.enqueue({ steps: countSteps(words) });
      const events = await open(caddy, { path: '/v1/responses', body });
      for (const { text, seen } of words) {
        const event = await nextOfType(events, 'response.output_text.delta');
        expect(event.delta).toBe(text);
        seen.open();
      }
      await nextOfType(events, 'response.completed');
      expect(await events.next()).toBe('[DONE]');
      expect(await events.next()).toBeUndefined();
    });

    test('aborts the backend when the client leaves, long before it has answered', async () => {
      const arrived = backend.nextCall();
      backend.enqueue({ steps: [{ data: chunks.text('one') }, { stall: true }] });
      const events = await open(caddy, { path: '/v1/responses', body });
      await nextOfType(events, 'response.output_text.delta');
      const call = await arrived;
      events.disconnect();
      await call.closed;
      expect(call.abortedAt).toBeDefined();
    });

    test('carries a large request to the backend', async () => {
      const input = 'x'.repeat(3_000_000);
      const headers = { 'content-type': 'application/json' };
      const request = send(caddy, '/v1/responses', { method: 'POST', headers });
      const response = await answerOf(request.end(JSON.stringify({ model: 'demo', input })));
      expect(await json(response)).toMatchObject({ object: 'response', status: 'completed' });
      expect(backend.lastCall.rawBody.length).toBeGreaterThan(input.length);
    });

    test('shows its health but not its metrics', async () => {
      const health = await answerOf(send(caddy, '/health').end());
      expect(await json(health)).toMatchObject({ status: 'healthy' });
      const metrics = await answerOf(send(caddy, '/metrics').end());
      metrics.resume();
      expect(metrics.statusCode).toBe(404);
    });
  });
});

interface Gate {
  open(): void;
  passed: Promise<void>;
}

function gate(): Gate {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

/** Sends a word at a time, each only when the one before has been seen. */
function countSteps(words: { text: string; seen: Gate }[]): ScriptStep[] {
  const steps = words.flatMap(({ text, seen }): ScriptStep[] => [
    { data: chunks.text(text) },
    { until: seen.passed },
  ]);
  return [...steps, { data: chunks.finish('stop') }, { write: 'data: [DONE]\n\n' }];
}

async function nextOfType(events: EventReader, type: string): Promise<ResponseEvent> {
  for (;;) {
    const data = await events.next();
    if (data === undefined || data === '[DONE]') throw new Error(`The stream ended before ${type}`);
    const event = JSON.parse(data) as ResponseEvent;
    if (event.type === type) return event;
  }
}
