import { cachedDataVersionTag } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Injectable,
  Module,
  Post,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import OpenAI from 'openai';
import { WebSocket } from 'ws';
import { ResponsesProxy, ResponsesProxyModule } from '../../src/index.js';
import { MetricsService } from '../../src/metrics/metrics.service.js';
import { ChatChunks, ScriptedBackend, streamOf } from '../support/scripted-backend.js';

/** A team's own application has two services of different settings in it, and a controller beside them. */

@Injectable()
class Budget {
  left = 1_000;
}

@Injectable()
class TeamGuard implements CanActivate {
  constructor(private readonly budget: Budget) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    return headers['x-team'] === 'a' && this.budget.left > 0;
  }
}

@Controller('greetings')
class GreetingController {
  @Post()
  greet(@Body() { name }: { name: string }): { greeting: string } {
    return { greeting: `Hello ${name}` };
  }
}

@Module({ providers: [Budget], exports: [Budget] })
class BudgetModule {}

describe('ResponsesProxyModule', () => {
  const chunks = new ChatChunks('demo');
  let app: NestFastifyApplication;
  let url: string;
  let backends: ScriptedBackend[];
  let heapFlags: number;
  const lines: string[] = [];

  beforeAll(async () => {
    backends = [await ScriptedBackend.start(), await ScriptedBackend.start()];
    heapFlags = cachedDataVersionTag();
    const [guarded, open] = backends.map((backend) => ({
      BACKEND_URL: backend.url,
      LOG_LEVEL: 'silent',
      SHUTDOWN_GRACE_SECS: 1,
    }));
    @Module({
      imports: [
        ResponsesProxyModule.registerAsync({
          imports: [BudgetModule],
          inject: [Budget],
          useFactory: (budget: Budget) => ({
            prefix: '/guarded',
            settings: { ...guarded, MAX_INPUT_ITEMS: budget.left },
          }),
          guards: [TeamGuard],
        }),
        ResponsesProxyModule.register({
          prefix: 'open/',
          settings: { ...open, LOG_LEVEL: 'info', MAX_TOOLS: 1 },
          logDestination: { write: (line: string) => void lines.push(line) },
        }),
        BudgetModule,
      ],
      controllers: [GreetingController],
    })
    class TeamModule {}
    app = await NestFactory.create<NestFastifyApplication>(TeamModule, new FastifyAdapter(), {
      logger: false,
    });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(async () => {
    await app.close();
    await Promise.all(backends.map((backend) => backend.close()));
  });

  const client = (prefix: string, team?: string): OpenAI =>
    new OpenAI({
      baseURL: `${url}/${prefix}/v1`,
      apiKey: 'sk-test-embedded-key',
      maxRetries: 0,
      ...(team === undefined ? {} : { defaultHeaders: { 'x-team': team } }),
    });

  const says = (text: string) => streamOf(chunks.role(), chunks.text(text), chunks.finish('stop'));

  it('answers below its prefix, each service with its own backend', async () => {
    backends[0]?.enqueue(says('guarded'));
    backends[1]?.enqueue(says('open'), says('open'));
    const first = await client('guarded', 'a').responses.create({ model: 'demo', input: 'Hi' });
    const second = await client('open').responses.create({ model: 'demo', input: 'Hi' });
    expect([first.output_text, second.output_text]).toEqual(['guarded', 'open']);
    const stream = client('open').responses.stream({ model: 'demo', input: 'Hi' });
    expect((await stream.finalResponse()).output_text).toBe('open');
  });

  it('has settings of its own', async () => {
    const tools = ['one', 'two'].map((name) => ({
      ...{ type: 'function' as const, name, parameters: null, strict: null },
    }));
    backends[0]?.enqueue(says('fine'));
    const request = { model: 'demo', input: 'Hi', tools };
    await expect(client('guarded', 'a').responses.create(request)).resolves.toMatchObject({
      status: 'completed',
    });
    await expect(client('open').responses.create(request)).rejects.toThrow('tools');
  });

  it.each([undefined, 'b'])('refuses what a guard refuses: team %s', async (team) => {
    const asked = client('guarded', team).responses.create({ model: 'demo', input: 'Hi' });
    await expect(asked).rejects.toMatchObject({ status: 403 });
    await expect(
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/guarded/v1/responses`);
        socket.once('open', resolve);
        socket.once('error', reject);
      }),
    ).rejects.toThrow('403');
  });

  it('leaves other routes to the application', async () => {
    const reply = await fetch(`${url}/greetings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada' }),
    });
    expect(await reply.json()).toEqual({ greeting: 'Hello Ada' });
    expect((await fetch(`${url}/v1/models`)).status).toBe(404);
    expect(await (await fetch(`${url}/open/health`)).json()).toMatchObject({ status: 'healthy' });
  });

  it('speaks over a WebSocket', async () => {
    backends[1]?.enqueue(says('spoken'));
    const socket = new WebSocket(`${url.replace('http', 'ws')}/open/v1/responses`, {
      headers: { authorization: 'Bearer sk-test-embedded-key' },
    });
    const texts: string[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.on('open', () => {
        socket.send(JSON.stringify({ type: 'response.create', model: 'demo', input: 'Hi' }));
      });
      socket.on('message', (data: Buffer) => {
        texts.push(data.toString());
        if (texts.at(-1)?.includes('response.completed') === true) resolve();
      });
      socket.on('error', reject);
    });
    socket.terminate();
    expect(texts.join()).toContain('spoken');
  });

  it('logs at levels of their own, and leaves the flags of the process alone', async () => {
    backends[0]?.enqueue(says('quiet'));
    backends[1]?.enqueue(says('loud'));
    lines.length = 0;
    await client('guarded', 'a').responses.create({ model: 'demo', input: 'Hi' });
    await client('open').responses.create({ model: 'demo', input: 'Hi' });
    expect(lines.filter((line) => line.includes('"method":"POST"'))).toHaveLength(1);
    // The tag is made of V8's version and its flags.
    expect(cachedDataVersionTag()).toBe(heapFlags);
  });

  it('counts apart, and gives its providers', async () => {
    const [one, two] = app
      .get(ResponsesProxy, { each: true, strict: false })
      .map((proxy: ResponsesProxy) => proxy.get(MetricsService));
    expect(one).not.toBe(two);
    expect(await one?.read()).toContain('responses_proxy_requests_total');
  });
});
