import { connect } from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Body, Controller, Get, Module, Post, Res } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { ApiError } from '../../src/common/api-error.js';
import { startApp } from '../support/start-app.js';
import type { StartedApp } from '../support/start-app.js';

const key = 'sk-test-Abcdefghijklmnopqrstuvwxyz0123456789';

@Controller('probe')
class ProbeController {
  @Post()
  echo(@Body() body: unknown): { body: unknown } {
    return { body: body ?? null };
  }

  @Get('refused')
  refused(): never {
    throw new ApiError('Slow down.', {
      status: 429,
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
      param: null,
      retryAfterSeconds: 1.2,
    });
  }

  @Get('broken')
  broken(): never {
    throw new TypeError(`cannot use ${key}`);
  }

  @Get('typed')
  typed(@Res() reply: FastifyReply): never {
    void reply.type('text/event-stream');
    throw new Error('after the type was set');
  }

  @Get('late')
  late(@Res() reply: FastifyReply): never {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.write('data: one\n\n');
    throw new Error('in the middle of a stream');
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

describe('the error envelope', () => {
  let proxy: StartedApp;
  beforeAll(async () => {
    proxy = await startApp({ MAX_BODY_BYTES: '20000', MAX_JSON_DEPTH: '16' }, [ProbeModule]);
  });
  afterAll(() => proxy.close());

  const post = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${proxy.url}/probe`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': 'application/json', ...headers },
    });

  async function expectError(
    reply: Response,
    status: number,
    code: string | null,
  ): Promise<string> {
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(reply.headers.get('x-request-id')).toBeTruthy();
    const body = (await reply.json()) as { error: { message: string } };
    expect(body).toEqual({
      error: { message: expect.any(String), type: expect.any(String), param: null, code },
    });
    return body.error.message;
  }

  it.each([
    ['JSON', 'application/json', {}],
    ['JSON with a charset', 'application/json; charset=utf-8', {}],
    ['JSON of a vendor', 'application/vnd.x+json', {}],
    ['what curl -d sends', 'application/x-www-form-urlencoded', {}],
    ['text', 'text/plain', {}],
  ])('takes %s', async (_name, contentType) => {
    const reply = await post('{"a":1}', { 'content-type': contentType });
    expect(await reply.json()).toEqual({ body: { a: 1 } });
  });

  it('takes a body without a content type', async () => {
    const head =
      'POST /probe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 7\r\n\r\n';
    expect(await raw(`${head}{"a":1}`)).toContain('{"body":{"a":1}}');
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('takes a body in %s', async (encoding, compress) => {
    const reply = await post(compress('{"a":"ä"}'), { 'content-encoding': encoding });
    expect(await reply.json()).toEqual({ body: { a: 'ä' } });
  });

  it('names the place of a mistake in JSON', async () => {
    const message = await expectError(await post('{\n  "a": tru\n}'), 400, 'invalid_json');
    expect(message).toContain('line 2, column 8');
  });

  it('refuses deep JSON', async () => {
    const reply = await post('['.repeat(9000) + ']'.repeat(9000));
    expect(await expectError(reply, 400, 'invalid_json')).toContain('MAX_JSON_DEPTH');
  });

  it.each([
    ['plain', (bytes: Buffer) => bytes, {}],
    ['compressed', (bytes: Buffer) => gzipSync(bytes), { 'content-encoding': 'gzip' }],
  ])('refuses a large body, %s', async (_name, encode, headers: Record<string, string>) => {
    const reply = await post(encode(Buffer.from(`"${'x'.repeat(20_000)}"`)), headers);
    expect(await expectError(reply, 413, 'request_too_large')).toContain('20000 bytes');
  });

  it.each([
    [{ 'content-encoding': 'compress' }],
    [{ 'content-encoding': 'gzip, br' }],
    [{ 'content-type': 'multipart/form-data; boundary=x' }],
  ])('answers 415 to %j', async (headers) => {
    await expectError(await post('{}', headers), 415, 'unsupported_media_type');
  });

  it('answers 404 with the unknown path, but not its query', async () => {
    const reply = await fetch(`${proxy.url}/v1/nothing?key=${key}`);
    const message = await expectError(reply, 404, 'unknown_url');
    expect(message).toContain('GET /v1/nothing');
    expect(message).not.toContain(key);
  });

  it('answers 405 with the methods that there are', async () => {
    const reply = await fetch(`${proxy.url}/probe`, { method: 'PUT' });
    expect(reply.headers.get('allow')).toBe('POST');
    await expectError(reply, 405, 'method_not_allowed');
  });

  it('keeps status and Retry-After of our own errors', async () => {
    const reply = await fetch(`${proxy.url}/probe/refused`);
    expect(reply.headers.get('retry-after')).toBe('2');
    expect(await expectError(reply, 429, 'rate_limit_exceeded')).toBe('Slow down.');
  });

  it('shows nothing of a bug, and logs its stack without keys', async () => {
    const reply = await fetch(`${proxy.url}/probe/broken`, {
      headers: { 'x-request-id': 'bug-1' },
    });
    expect(await expectError(reply, 500, 'internal_error')).not.toContain('cannot use');
    const line = await proxy.nextLog(
      ({ msg, requestId }) => msg === 'request_failed' && requestId === 'bug-1',
    );
    expect(line.level).toBe('ERROR');
    expect(line.err).toMatchObject({ type: 'TypeError', stack: expect.stringContaining('at ') });
    expect(JSON.stringify(line)).not.toContain(key);
  });

  it('answers JSON after the type of a stream was set', async () => {
    await expectError(await fetch(`${proxy.url}/probe/typed`), 500, 'internal_error');
  });

  it('breaks off when an answer has begun', async () => {
    const reply = await fetch(`${proxy.url}/probe/late`);
    expect(reply.status).toBe(200);
    await expect(reply.text()).rejects.toThrow();
  });

  it('answers a URL that cannot be decoded', async () => {
    await expectError(await fetch(`${proxy.url}/%zz`), 400, null);
  });

  it.each([
    ['no HTTP', 'NONSENSE\r\n\r\n', 400],
    [
      'huge headers',
      `GET / HTTP/1.1\r\nHost: localhost\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
  ])('answers %s on the socket', async (_name, request, status) => {
    const answer = await raw(request);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({
      error: { type: 'invalid_request_error', param: null },
    });
  });

  it('makes a request id, and takes over one that is harmless', async () => {
    const id = async (given: string): Promise<string | null> =>
      (await fetch(`${proxy.url}/health`, { headers: { 'x-request-id': given } })).headers.get(
        'x-request-id',
      );
    expect(await id('my-id_1.2')).toBe('my-id_1.2');
    expect(await id('../etc')).toMatch(/^req_[0-9a-f]{48}$/);
    expect(await id('x'.repeat(129))).toMatch(/^req_/);
  });

  function raw(request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('close', () => {
        resolve(answer);
      });
      socket.on('error', reject);
      socket.write(request);
    });
  }
});

it('cuts a client that is too slow to send its request', async () => {
  const proxy = await startApp({ REQUEST_TIMEOUT_SECS: '1' });
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => {
      resolve(text);
    });
    socket.on('error', reject);
    socket.write('POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
  });
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  await proxy.close();
});
