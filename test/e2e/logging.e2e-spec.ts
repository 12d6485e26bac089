import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Body, Controller, Get, Logger, Module, Post, Req, Res } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TrafficDumpService } from '../../src/logging/traffic-dump.service.js';
import { startApp } from '../support/start-app.js';
import type { LogLine, StartedApp } from '../support/start-app.js';

const key = 'sk-test-Abcdefghijklmnopqrstuvwxyz0123456789';

@Controller('probe')
class ProbeController {
  private readonly logger = new Logger(ProbeController.name);

  constructor(private readonly dump: TrafficDumpService) {}

  /** Fills the outcome and streams, as the responses controller does. */
  @Get('stream')
  stream(@Req() { outcome }: FastifyRequest, @Res() reply: FastifyReply): void {
    Object.assign(outcome, {
      model: 'demo',
      stream: true,
      responseId: 'resp_1',
      responseStatus: 'completed',
      backendStatus: 200,
      firstEventMs: 7,
      outputItems: 2,
      usage: {
        input_tokens: 10,
        input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 3 },
        total_tokens: 15,
      },
      warnings: [
        { code: 'field_ignored', param: 'truncation', message: 'truncation is ignored' },
        { code: 'field_ignored', param: 'prompt', message: `not with ${key}` },
        { code: 'tool_dropped', param: 'tools[0]', message: 'web_search is dropped' },
      ],
    });
    reply.hijack();
    reply.raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
    reply.raw.end('data: [DONE]\n\n');
  }

  @Get('endless')
  endless(@Res() reply: FastifyReply): void {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.write('data: one\n\n');
  }

  @Get('silent')
  silent(@Res() reply: FastifyReply): void {
    reply.hijack();
  }

  @Get('nasty')
  nasty(@Req() request: FastifyRequest): string {
    this.logger.warn({ headers: request.headers, raw: request.raw.rawHeaders });
    this.logger.error({ deep: [{ body: JSON.stringify({ api_key: key }) }], err: new Error(key) });
    this.logger.error(`Bearer ${key}`, new Error(`x-api-key: ${key}`).stack);
    return 'ok';
  }

  @Post('dump')
  dumped(@Req() request: FastifyRequest, @Body() body: unknown): string {
    this.dump.request(request.id, body);
    return 'ok';
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const completed = (path: string) => (line: LogLine) =>
  line.msg === 'request_completed' && line.path === path;

describe('the log', () => {
  let proxy: StartedApp;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dumps-'));
    proxy = await startApp({ ENABLE_LOG_VOLUME: 'true', LOG_DIR: directory }, [ProbeModule]);
  });
  afterAll(async () => {
    await proxy.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('has one line that says what a streamed request came to', async () => {
    const reply = await fetch(`${proxy.url}/probe/stream?api_key=${key}`);
    await reply.text();
    expect(reply.headers.get('x-request-id')).toMatch(/^req_/);
    const line = await proxy.nextLog(completed('/probe/stream'));
    expect(line).toEqual({
      level: 'INFO',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      msg: 'request_completed',
      requestId: reply.headers.get('x-request-id'),
      method: 'GET',
      path: '/probe/stream',
      status: 200,
      model: 'demo',
      stream: true,
      responseId: 'resp_1',
      responseStatus: 'completed',
      backendStatus: 200,
      firstEventMs: 7,
      durationMs: expect.any(Number),
      inputTokens: 10,
      cachedTokens: 4,
      outputTokens: 5,
      reasoningTokens: 3,
      outputItems: 2,
      clientAborted: false,
      warnings: { field_ignored: 2, tool_dropped: 1 },
    });
    expect(proxy.logs().filter(completed('/probe/stream'))).toHaveLength(1);
    const warnings = proxy.logs().filter((entry) => entry.msg === 'translation_warnings');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ level: 'WARN', requestId: line.requestId });
    expect(warnings[0]!.warnings).toHaveLength(3);
    const metrics = await (await fetch(`${proxy.url}/metrics`)).text();
    expect(metrics).toContain('responses_proxy_tokens_total{kind="cached"} 4');
    expect(metrics).toContain('translation_warnings_total{code="field_ignored"} 2');
    expect(metrics).toContain('time_to_first_event_seconds_count 1');
    await fetch(`${proxy.url}/probe/stream`);
    await proxy.nextLog((entry) => {
      return completed('/probe/stream')(entry) && entry.requestId !== line.requestId;
    });
    expect(proxy.logs().filter(({ msg }) => msg === 'translation_warnings')).toHaveLength(1);
  });

  it.each([
    ['/probe/endless', 200],
    ['/probe/silent', 499],
  ])('says that the client left %s', async (path, status) => {
    const abort = new AbortController();
    const reply = fetch(`${proxy.url}${path}`, { signal: abort.signal });
    if (status === 200) await reply;
    else await requestArrived(path);
    abort.abort();
    await expect(reply.then((answer) => answer.text())).rejects.toThrow();
    const line = await proxy.nextLog(completed(path));
    expect(line).toMatchObject({ clientAborted: true, status });
  });

  it('names the code of an error', async () => {
    await fetch(`${proxy.url}/nowhere`);
    expect(await proxy.nextLog(completed('/nowhere'))).toMatchObject({
      status: 404,
      errorCode: 'unknown_url',
      errorMessage: 'Unknown request URL: GET /nowhere.',
    });
  });

  it('tells of a start in one line', () => {
    const told = proxy.logs().filter(({ level }) => level === 'INFO');
    const narrated = told.filter(({ context }) => /^(?:Nest|Instance|Route)/.test(String(context)));
    expect(narrated).toEqual([]);
  });

  it('leaves probes and scrapes out at info', async () => {
    await fetch(`${proxy.url}/health`);
    await fetch(`${proxy.url}/health/live`);
    await fetch(`${proxy.url}/metrics`);
    await fetch(`${proxy.url}/after-health`);
    await proxy.nextLog(completed('/after-health'));
    expect(proxy.logs().filter(completed('/health'))).toEqual([]);
    expect(proxy.logs().filter(completed('/metrics'))).toEqual([]);
  });

  it('shows no key, wherever it stands', async () => {
    await fetch(`${proxy.url}/probe/nasty`, {
      headers: {
        authorization: `Bearer ${key}`,
        'x-api-key': 'a-key-without-a-prefix',
        cookie: 'session=a-secret-session',
      },
    });
    await proxy.nextLog(completed('/probe/nasty'));
    const lines = proxy.logs().filter((line) => line.context === 'ProbeController');
    expect(lines.map((line) => line.level)).toEqual(['WARN', 'ERROR', 'ERROR']);
    const text = JSON.stringify(proxy.logs());
    expect(text).toContain('sk-tes...6789');
    expect(text).not.toContain(key);
    expect(text).not.toContain('a-key-without-a-prefix');
    expect(text).not.toContain('a-secret-session');
  });

  it('dumps to the folder of LOG_DIR', async () => {
    const headers = { 'content-type': 'application/json', 'x-request-id': 'dump-1' };
    await fetch(`${proxy.url}/probe/dump`, { method: 'POST', headers, body: '{"a":1}' });
    await proxy.provider('TrafficDumpService').idle();
    expect(await readdir(directory)).toEqual([
      expect.stringMatching(/^\d{8}_\d{6}\.\d{3}_request_dump-1\.json$/),
    ]);
  });

  /** Polls the server's connections, since a silent request shows itself nowhere else. */
  async function requestArrived(path: string): Promise<void> {
    const server = proxy.app.getHttpAdapter().getInstance().server;
    await new Promise<void>((resolve) => {
      server.on('request', (request: { url?: string }) => {
        if (request.url === path) setImmediate(resolve);
      });
    });
  }
});

it('writes the requests for probes at debug', async () => {
  const proxy = await startApp({ RUST_LOG: 'debug' });
  await fetch(`${proxy.url}/health`);
  expect(await proxy.nextLog(completed('/health'))).toMatchObject({ level: 'DEBUG', status: 200 });
  await proxy.close();
});

it('tells at debug which rules the dialect of a model is made of', async () => {
  const proxy = await startApp({ LOG_LEVEL: 'debug', BACKEND_URL: 'http://127.0.0.1:9/v1/x' });
  await fetch(`${proxy.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'org/kimi-k3', input: 'hi' }),
  });
  const line = await proxy.nextLog(({ msg }) => msg === 'dialect_rules');
  expect(line).toMatchObject({
    level: 'DEBUG',
    model: 'org/kimi-k3',
    preset: 'default',
    family: 'kimi-k3',
    profiles: [],
    learned: [],
  });
  await proxy.close();
});

it('writes nothing below the level', async () => {
  const proxy = await startApp({ LOG_LEVEL: 'error' });
  await fetch(`${proxy.url}/nowhere`);
  await proxy.close();
  expect(proxy.logs()).toEqual([]);
});
