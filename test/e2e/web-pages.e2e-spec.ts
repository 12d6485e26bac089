import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { startService, type Service } from '../support/start-service.js';

const page = 'https://page.example';

let service: Service;
afterEach(() => service.close());

async function send(path: string, options: RequestOptions, body = ''): Promise<number> {
  const call = request(service.proxy.url + path, options).end(body);
  const [reply] = (await once(call, 'response')) as [IncomingMessage];
  reply.resume();
  return reply.statusCode!;
}

const statusFor = (host: string) => send('/health/live', { headers: { host } });

/** Gives 101, or the status of the refusal. */
async function upgrade(headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${service.baseURL.replace('http', 'ws')}/responses`, { headers });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.once('unexpected-response', (call, reply) => {
      call.destroy();
      resolve(reply.statusCode!);
    });
  });
}

describe('Host', () => {
  const strangers = ['rebound.example', '127.0.0.1.nip.io:80', 'localhost.example', '[x]', 'a:b:c'];

  it('on loopback is an address or localhost', async () => {
    service = await startService();
    const known = ['127.0.0.1:1', '[::1]:8282', '::1', '10.0.0.7', 'localhost', 'LOCALHOST.:80'];
    const statuses = await Promise.all([...known, ...strangers].map(statusFor));
    expect(statuses).toEqual([200, 200, 403, 200, 200, 200, ...strangers.map(() => 403)]);
    expect(await send('/v1/models', { headers: { host: 'rebound.example' } })).toBe(403);
  });

  it.each(['0.0.0.0', '::'])('is not looked at on %s', async (HOST) => {
    service = await startService({ HOST });
    expect(await Promise.all(strangers.map(statusFor))).toEqual(strangers.map(() => 200));
  });

  it.each(['127.0.0.1', '0.0.0.0'])('is one of ALLOWED_HOSTS on %s', async (HOST) => {
    service = await startService({ HOST, ALLOWED_HOSTS: 'Proxy.example, other.example' });
    const hosts = ['proxy.example:443', 'OTHER.example', '127.0.0.1', 'rebound.example'];
    expect(await Promise.all(hosts.map(statusFor))).toEqual([200, 200, 200, 403]);
  });
});

describe('the Origin of a WebSocket', () => {
  it.each([
    [{}, page, 403],
    [{}, 'null', 403],
    [{ CORS_ORIGINS: page }, page, 101],
    [{ CORS_ORIGINS: page }, 'https://other.example', 403],
    [{ CORS_ORIGINS: '*' }, page, 101],
  ])('%j, from %s: %d', async (environment, origin, status) => {
    service = await startService(environment);
    expect(await upgrade({ authorization: 'Bearer k', origin })).toBe(status);
    expect(await upgrade({ authorization: 'Bearer k' })).toBe(101);
  });
});

describe('a body that a page sends without a preflight', () => {
  const post = (headers: Record<string, string>) =>
    send('/v1/responses', { method: 'POST', headers }, '{}');

  it.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'text/plain;a=application/json' },
    { 'content-type': 'application/x-www-form-urlencoded; x=json' },
    { 'content-type': 'multipart/form-data; boundary=json' },
    {},
  ])('%j is a 415 with Origin', async (headers) => {
    service = await startService();
    expect(await post({ ...headers, origin: page })).toBe(415);
  });

  it('is read from a program, and JSON from a page that has asked', async () => {
    service = await startService({ CORS_ORIGINS: page });
    const statuses = [
      await post({ 'content-type': 'text/plain' }),
      await post({ 'content-type': 'application/json; charset=utf-8', origin: page }),
    ];
    // The body was read, and found to lack its fields or its key.
    expect(statuses).not.toContain(415);
  });
});
