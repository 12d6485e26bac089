import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { affinityKey } from '../../src/responses/pipeline/affinity-key.js';
import { checkBackend } from '../../src/doctor/check-backend.js';
import { metric } from '../support/metrics.js';
import { ChatChunks, jsonReply, streamOf, ScriptedBackend } from '../support/scripted-backend.js';
import { backendsFile, startSeveral, type SeveralBackends } from '../support/several-backends.js';
import { ServiceProcess } from '../support/start-process.js';
import { TEST_KEY } from '../support/start-service.js';
import { startTlsBackend, type TlsBackend } from '../support/tls-backend.js';
import { WebsocketClient } from '../support/websocket-client.js';

/** Several backends as they run: in two processes and in workers, by every endpoint, over TLS. */

const chunks = new ChatChunks('m');
const answer = (text: string) => streamOf(chunks.text(text), chunks.finish('stop'));
const refusal = (status: number) => jsonReply(status, { error: { message: 'No.' } });
const authorization = `Bearer ${TEST_KEY}`;

/** Asks without keep-alive, so that the connections spread over workers. */
function ask(url: string, body: object): Promise<Response> {
  return fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, connection: 'close' },
    body: JSON.stringify({ model: 'm', ...body }),
  });
}

describe('processes of the service', () => {
  let backends: { a: ScriptedBackend; b: ScriptedBackend };
  let file: ReturnType<typeof backendsFile>;
  const services: ServiceProcess[] = [];
  const start = (environment: Record<string, string>) => {
    const service = ServiceProcess.start({
      BACKENDS_FILE: file.path,
      STORE_URL: 'none:',
      BACKEND_RETRIES: '0',
      ENABLE_CIRCUIT_BREAKER: 'false',
      ...environment,
    });
    services.push(service);
    return service;
  };
  const content = (to: readonly unknown[]) => ({
    backends: {
      a: { url: backends.a.url, key: 'none' },
      b: { url: backends.b.url, key: 'none' },
    },
    routes: [{ model: '*', to }],
  });

  beforeEach(async () => {
    backends = { a: await ScriptedBackend.start(), b: await ScriptedBackend.start() };
    file = backendsFile();
  });
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.kill()));
    await Promise.all([backends.a.close(), backends.b.close()]);
    file.remove();
  });

  it('send a conversation to the same target, also after that was away for a while', async () => {
    file.write(
      content([
        { backend: 'a', weight: 2 },
        { backend: 'b', weight: 1 },
      ]),
    );
    const [one, two] = [start({}), start({})];
    await Promise.all([one.listening(), two.listening()]);
    const conversations = Array.from({ length: 24 }, (_, index) => `Conversation ${index}`);
    const ends: readonly ScriptedBackend[] = [backends.a, backends.b];
    /** Which backend answers the next turn of each conversation. */
    const turn = async (service: ServiceProcess): Promise<(0 | 1)[]> => {
      const from = ends.map(({ calls }) => calls.length);
      for (const words of conversations) {
        const input = [
          { role: 'user', content: words },
          { role: 'assistant', content: 'Yes?' },
          { role: 'user', content: `Go on, ${from.join()}.` },
        ];
        const reply = await ask(service.url, { input });
        expect(reply.status).toBe(200);
        await reply.text();
      }
      return conversations.map((words) => {
        const asked = ends.map(({ calls }, index) =>
          calls.slice(from[index]).some(({ rawBody }) => rawBody.includes(`"${words}"`)),
        );
        return asked[0] === true ? 0 : 1;
      });
    };
    const before = await turn(one);
    expect(new Set(before).size).toBe(2);
    expect(await turn(two)).toEqual(before);
    // While `b` is in trouble, its conversations go to `a`, and the others stay there.
    const ofB = before.filter((place) => place === 1).length;
    backends.b.enqueue(...Array.from({ length: ofB }, () => refusal(503)));
    expect(await turn(two)).toEqual(before.map(() => 0));
    for (const service of [one, two]) expect(await turn(service)).toEqual(before);
  }, 120_000);

  it('workers all take a new file under load, and none a wrong one; what streams ends where it began', async () => {
    file.write(content(['a']));
    const service = start({ WEB_CONCURRENCY: '2' });
    await service.listening(2);
    const { promise: goOn, resolve: release } = Promise.withResolvers<undefined>();
    const slow = {
      steps: [
        { data: chunks.text('A text that is long enough to be shown. ') },
        { until: goOn },
        { data: chunks.text('The end.') },
        { data: chunks.finish('stop') },
        { write: 'data: [DONE]\n\n' },
      ],
    };
    backends.a.enqueue(...Array.from({ length: 12 }, () => slow));
    const open = await Promise.all(
      Array.from({ length: 12 }, () => ask(service.url, { input: 'Hi', stream: true })),
    );
    // Requests go on all the while, and none of them fails.
    const over = new AbortController();
    const statuses: number[] = [];
    const load = (async () => {
      while (!over.signal.aborted) {
        const reply = await ask(service.url, { input: 'Hi' });
        await reply.text();
        statuses.push(reply.status);
        await sleep(20);
      }
    })();

    file.write({ ...content(['nobody']), nonsense: true });
    await service.said('"msg":"backends_not_reloaded"', 2);
    for (const line of service.logs('backends_not_reloaded')) {
      expect(line).toMatchObject({ level: 'ERROR' });
      expect(line.problems).toEqual([
        expect.stringMatching(/:\d+ nonsense is unknown$/),
        expect.stringMatching(/:\d+ routes\[0\]\.to\[0\] names a backend that is not in backends$/),
      ]);
    }
    expect(await metric(service.url, 'responses_proxy_backends_file_refused')).toBeGreaterThan(0);
    expect(backends.b.calls).toHaveLength(0);

    file.write(content(['b']));
    await service.said('"msg":"backends_reloaded"', 2);
    over.abort();
    await load;
    expect(await metric(service.url, 'responses_proxy_backends_file_refused')).toBe(0);
    const toA = backends.a.calls.length;
    for (let count = 0; count < 8; count++) {
      expect((await ask(service.url, { input: 'Hi' })).status).toBe(200);
    }
    expect(backends.a.calls).toHaveLength(toA);
    expect(backends.b.calls.length).toBeGreaterThanOrEqual(8);
    expect(new Set(statuses)).toEqual(new Set([200]));

    // The file is as before, so that nothing but the signal makes them read it; it ends nothing.
    service.send('SIGHUP');
    await service.said('"msg":"backends_reloaded"', 4);
    expect((await fetch(`${service.url}/health`)).status).toBe(200);

    release(undefined);
    for (const reply of open) {
      const text = await reply.text();
      expect(text).toContain('The end.');
      expect(text).toContain('response.completed');
    }
  }, 120_000);
});

describe('one process', () => {
  let service: SeveralBackends;
  afterEach(() => service.close());

  it('spreads 2,000 conversations by weight, within 3 points', async () => {
    service = await startSeveral([
      {
        model: '*',
        to: [
          { backend: 'a', weight: 5 },
          { backend: 'b', weight: 3 },
          { backend: 'c', weight: 2 },
        ],
      },
    ]);
    const routes = service.proxy.provider('Backends');
    const caller = { id: 'x', clientKey: TEST_KEY, headers: {} };
    const first = Array.from({ length: 2_000 }, (_, index) => {
      const conversation = () => affinityKey({ input: `Conversation ${index}` });
      return routes.plan({ model: 'm', caller, conversation }).targets[0].backend.name;
    });
    for (const [name, weight] of [
      ['a', 0.5],
      ['b', 0.3],
      ['c', 0.2],
    ] as const) {
      const share = first.filter((one) => one === name).length / first.length;
      expect(Math.abs(share - weight)).toBeLessThan(0.03);
    }
  });

  describe('by every endpoint', () => {
    const route = [{ model: 'm', to: ['a', { backend: 'b', model: 'there' }] }];
    beforeEach(async () => {
      service = await startSeveral(route);
      // Every call has to go on from `a`, in whatever form it comes.
      service.a.enqueue(...Array.from({ length: 9 }, () => refusal(503)));
    });
    const models = () => service.b.calls.map(({ body }) => (body as { model: string }).model);
    const post = (path: string, body: object) => service.post({ model: 'm', ...body }, { path });
    const long = 'The wall is to be blue, says the plan. '.repeat(200);
    const conversation = [
      { role: 'user', content: 'Paint it blue.' },
      { role: 'assistant', content: long },
      { role: 'user', content: 'And the door?' },
    ];

    it('a turn of a WebSocket goes on to the next target, and so does a further one', async () => {
      const client = await WebsocketClient.open(`${service.proxy.url}/v1`, {
        headers: { authorization },
      });
      for (const input of ['Hi', 'Again']) {
        const events = await client.ask({ model: 'm', input });
        expect(events.at(-1)).toMatchObject({
          type: 'response.completed',
          response: { model: 'm' },
        });
      }
      await client.close();
      expect([service.a.calls.length, models()]).toEqual([2, ['there', 'there']]);
    });

    it('a background response does', async () => {
      const reply = await post('/v1/responses', { input: 'Hi', background: true, store: true });
      const { id } = (await reply.json()) as { id: string };
      const url = `${service.proxy.url}/v1/responses/${id}?stream=true`;
      const text = await (await fetch(url, { headers: { authorization } })).text();
      expect(text).toContain('response.completed');
      expect([service.a.calls.length, models()]).toEqual([1, ['there']]);
    });

    it('compaction does, asked for and on the way', async () => {
      service.b.enqueue(answer('A summary.'));
      const asked = await post('/v1/responses/compact', { input: conversation });
      expect(asked.status).toBe(200);
      expect(models()).toEqual(['there']);
      service.b.enqueue(answer('Another summary.'), answer('Blue as well.'));
      const context_management = [{ type: 'compaction', compact_threshold: 1_000 }];
      const reply = await post('/v1/responses', { input: conversation, context_management });
      const { output } = (await reply.json()) as { output: { type: string }[] };
      expect(output.map(({ type }) => type)).toEqual(['compaction', 'message']);
      expect(models()).toEqual(['there', 'there', 'there']);
    });

    it('the summaries of traces do', async () => {
      const items = [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'x' }] },
      ];
      const traces = [{ id: 's', metadata: { source_path: '/a' }, items }];
      const reply = await post('/v1/memories/trace_summarize', { traces });
      expect(reply.status).toBe(200);
      expect([service.a.calls.length, models()]).toEqual([1, ['there']]);
    });

    it('chat does, in either form', async () => {
      const messages = [{ role: 'user', content: 'Hi' }];
      for (const body of [{ messages }, { input: 'Hi' }]) {
        const reply = await post('/v1/chat/completions', { ...body, stream: true });
        expect(reply.status).toBe(200);
        await reply.text();
      }
      expect(models()).toEqual(['there', 'there']);
    });

    it('an unknown model is a 404 with the names that can be asked for, by each of them', async () => {
      for (const [path, body] of [
        ['/v1/responses', { input: 'Hi' }],
        ['/v1/responses/compact', { input: 'Hi' }],
        ['/v1/responses/input_tokens', { input: 'Hi' }],
        ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hi' }] }],
      ] as const) {
        const reply = await post(path, { ...body, model: 'nobody-knows-it' });
        expect([path, reply.status]).toEqual([path, 404]);
        const { error } = (await reply.json()) as { error: { code: string; message: string } };
        expect(error.code).toBe('model_not_found');
        expect(error.message).toContain('• m');
      }
      expect(service.a.calls.length + service.b.calls.length).toBe(0);
    });
  });

  it('a client’s key and those of the operator each reach their own backend, whatever fails', async () => {
    const to = ['a', 'b', 'c'];
    service = await startSeveral([{ model: '*', to }], { b: { key: 'client' } });
    const ways = [
      ['/v1/responses', { input: 'Hi', stream: true }],
      ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hi' }] }],
      ['/v1/responses/compact', { input: 'Hi' }],
    ] as const;
    for (const [path, body] of ways) {
      for (const backend of [service.a, service.b]) backend.enqueue(refusal(502));
      service.c.enqueue(answer('from c'));
      const reply = await service.post({ model: 'm', ...body }, { path });
      expect([path, reply.status]).toEqual([path, 200]);
      expect(await reply.text()).not.toContain('key-of-house');
    }
    await service.proxy.provider('Backends').refreshModels();
    for (const [backend, own] of [
      [service.a, 'key-of-house-a'],
      [service.b, TEST_KEY],
      [service.c, 'key-of-house-c'],
    ] as const) {
      expect(backend.calls).toHaveLength(ways.length);
      for (const { headers } of backend.calls) expect(headers.authorization).toBe(`Bearer ${own}`);
      for (const { headers, rawBody } of backend.requests) {
        const whole = JSON.stringify(headers) + rawBody.toString();
        for (const key of ['key-of-house-a', TEST_KEY, 'key-of-house-c']) {
          if (key !== own) expect(whole).not.toContain(key);
        }
      }
    }
  });

  it('a model that describes images is asked with the key of its own backend', async () => {
    const profiles = backendsFile();
    writeFileSync(
      profiles.path,
      'models:\n  m: { images: none, vision: { backend: b, model: eyes } }\n',
    );
    service = await startSeveral([{ model: 'm', to: ['a'] }], {
      a: { key: 'client', profiles: profiles.path },
    });
    profiles.remove();
    service.b.enqueue(answer('A red door.'));
    service.a.enqueue(answer('from a'));
    const content = [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }];
    const reply = await service.post({ model: 'm', input: [{ role: 'user', content }] });
    expect(await reply.text()).toContain('from a');
    expect(service.b.lastCall.body).toMatchObject({ model: 'eyes' });
    expect(JSON.stringify(service.b.lastCall.headers)).not.toContain(TEST_KEY);
    expect(service.a.lastCall.headers).toMatchObject({ authorization });
    expect(JSON.stringify(service.a.lastCall.body)).toContain('A red door.');
  });

  describe('with settings of one backend', () => {
    it('retries, timeouts, headers and profiles are its own', async () => {
      const profiles = backendsFile();
      writeFileSync(profiles.path, 'models:\n  m: { maxTokensField: max_completion_tokens }\n');
      service = await startSeveral([{ model: '*', to: ['a', 'b', 'c'] }], {
        a: {
          retries: 1,
          headers: { 'X-Title': 'house' },
          forwardHeaders: ['x-team'],
          hostHeader: 'inner.example',
        },
        b: { firstByteTimeoutSecs: 0.2, profiles: profiles.path },
      });
      profiles.remove();
      service.a.enqueue(refusal(503), refusal(503));
      service.b.enqueue({ steps: [{ stall: true }] });
      service.c.enqueue(answer('from c'));
      const reply = await service.post(
        { model: 'm', input: 'Hi', max_output_tokens: 99 },
        { headers: { 'x-team': 'blue' } },
      );
      expect(await reply.text()).toContain('from c');
      expect(service.a.calls).toHaveLength(2);
      expect(service.a.lastCall.headers).toMatchObject({
        'x-title': 'house',
        'x-team': 'blue',
        host: 'inner.example',
      });
      expect(service.b.lastCall.headers).not.toHaveProperty('x-team');
      expect(service.b.lastCall.body).toMatchObject({ max_completion_tokens: 99 });
      expect(service.c.lastCall.body).toMatchObject({ max_tokens: 99 });
    });
  });

  describe('over TLS', () => {
    let secure: TlsBackend;
    beforeEach(async () => {
      secure = await startTlsBackend();
    });
    afterEach(() => secure.close());

    it('a backend of a private authority gets the certificate that its entry names, and nobody else is trusted', async () => {
      const entry = { url: secure.url, key: 'key-of-house-a', hostHeader: 'models.internal' };
      service = await startSeveral([{ model: '*', to: ['a', 'b'] }], {
        a: { ...entry, tls: secure.files, headers: { 'x-gateway': 'one' } },
      });
      const request = { model: 'm', input: 'Hi' };
      expect(await (await service.post(request)).text()).toContain('over TLS');
      expect(secure.calls).toMatchObject([
        {
          client: 'gateway',
          headers: {
            host: 'models.internal',
            'x-gateway': 'one',
            authorization: 'Bearer key-of-house-a',
          },
        },
      ]);
      const [backend] = service.proxy.provider('Backends').all;
      const caller = { id: '', clientKey: undefined, headers: {} };
      const found = await checkBackend(backend!, caller, 'm');
      expect(found.filter(({ result }) => result === 'fail')).toEqual([]);

      const wrong = {
        authority: { cert: secure.files.cert, key: secure.files.key },
        certificate: { ca: secure.files.ca },
      };
      for (const tls of Object.values(wrong)) {
        const file = {
          backends: { a: { ...entry, tls }, b: { url: service.b.url, key: 'none' } },
          routes: [{ model: '*', to: ['a', 'b'] }],
        };
        service.write(file);
        const asked = service.b.calls.length;
        service.proxy.provider('Backends').reload();
        expect((await service.post(request)).status).toBe(200);
        expect(service.b.calls).toHaveLength(asked + 1);
      }
      expect(secure.calls.filter(({ client }) => client !== 'gateway')).toEqual([]);
    });
  });
});
