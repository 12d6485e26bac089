import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { parse } from 'yaml';
import { RedisServer, redisIsMissing } from '../store/support/redis-server.js';
import { Balancer } from '../support/balancer.js';
import { readProjectFile } from '../support/documentation.js';
import { ScriptedBackend } from '../support/scripted-backend.js';
import { ServiceProcess } from '../support/start-process.js';

interface Kustomization {
  configMapGenerator: { literals: string[] }[];
}

/** Gives the settings of a kustomization, as its pods have them. */
function settingsOf(folder: string): Record<string, string> {
  const text = readProjectFile(`deploy/kubernetes/${folder}/kustomization.yaml`);
  const [map] = (parse(text) as Kustomization).configMapGenerator;
  const pairs = map?.literals.map((literal): [string, string] => {
    const [name = '', ...value] = literal.split('=');
    return [name, value.join('=')];
  });
  return Object.fromEntries(pairs ?? []);
}

/** Lists the names that docs/deployment.md has the operator put into the secret of all replicas. */
function sharedSecrets(): Record<string, string> {
  const page = readProjectFile('docs/deployment.md');
  const names = [...page.matchAll(/--from-literal=(\w+)="\$\(openssl/g)].map(
    ([, name = '']) => name,
  );
  return Object.fromEntries(names.map((name) => [name, `the one ${name} of all replicas`]));
}

const told = (service: ServiceProcess) =>
  service.output.split('\n').filter((line) => line.includes('"level":"WARN"'));

const withRedis = redisIsMissing() ? describe.skip : describe;

withRedis('two replicas with the settings of the production overlay, behind a balancer', () => {
  let redis: RedisServer;
  let backend: ScriptedBackend;
  let replicas: ServiceProcess[];
  let balancer: Balancer;
  let client: OpenAI;

  beforeAll(async () => {
    [redis, backend] = await Promise.all([RedisServer.start(), ScriptedBackend.start()]);
    const settings = { ...settingsOf('base'), ...settingsOf('overlays/production') };
    expect(settings.STORE_URL).toMatch(/^redis:/);
    const environment = {
      ...settings,
      ...sharedSecrets(),
      BACKEND_URL: backend.url,
      STORE_URL: redis.url,
      HOST_PORT: '0',
    };
    replicas = [1, 2].map(() => ServiceProcess.start(environment));
    await Promise.all(replicas.map((service) => service.listening()));
    balancer = await Balancer.start(replicas.map(({ url }) => url));
    client = new OpenAI({ baseURL: `${balancer.url}/v1`, apiKey: 'sk-key-000000', maxRetries: 0 });
  });
  afterAll(async () => {
    balancer.close();
    await Promise.all(replicas.map((service) => service.kill()));
    await backend.close();
    await redis.stop();
  });

  it('each turn goes on from the one at the other replica', async () => {
    let previous = await client.responses.create({ model: 'demo', input: 'First' });
    for (const input of ['Second', 'Third']) {
      const id = previous.id;
      expect((await client.responses.retrieve(id)).output).toEqual(previous.output);
      // The retrieval was a turn of the balancer, too: without this one the same replica would go on.
      await client.models.list();
      previous = await client.responses.create({
        model: 'demo',
        input,
        previous_response_id: id,
      });
    }
    const { messages } = backend.lastCall.body as { messages: { content: string }[] };
    const asked = messages.map(({ content }) => content);
    expect(asked).toEqual(expect.arrayContaining(['First', 'Second', 'Third']));
  });

  it("the other replica's sealed reasoning is opened", async () => {
    const include: OpenAI.Responses.ResponseIncludable[] = ['reasoning.encrypted_content'];
    const body = { model: 'demo', store: false, include };
    const first = await client.responses.create({ ...body, input: 'Think' });
    const sealed = first.output.find(({ type }) => type === 'reasoning');
    expect(sealed).toHaveProperty('encrypted_content', expect.any(String));
    const input = [
      { role: 'user' as const, content: 'Think' },
      ...(first.output as OpenAI.Responses.ResponseInputItem[]),
      { role: 'user' as const, content: 'Go on' },
    ];
    const { response } = await client.responses.create({ ...body, input }).withResponse();
    expect(response.headers.get('x-responses-warnings') ?? '').not.toContain('reasoning_dropped');
  });

  it('the start has nothing to warn of', () => {
    expect(replicas.flatMap(told).filter((line) => /is not set|is memory/.test(line))).toEqual([]);
  });
});

it('a start without them says what will not survive, in one line each', async () => {
  const service = ServiceProcess.start({ BACKEND_URL: 'http://127.0.0.1:9/v1' });
  try {
    await service.listening();
    const warned = told(service).filter((line) => /STORE_URL|STORE_SECRET|SEAL_KEYS/.test(line));
    expect(warned).toHaveLength(2);
    expect(warned.join('\n')).toMatch(/STORE_URL is memory[^]*SEAL_KEYS is not set/);
  } finally {
    await service.kill();
  }
});
