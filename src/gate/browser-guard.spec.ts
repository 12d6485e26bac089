import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';
import { refuseBrowser } from './browser-guard.js';

function codeOf(
  headers: Record<string, string>,
  {
    host = '127.0.0.1',
    allowedHosts = [],
    corsOrigins = [],
    method = 'POST',
  }: Partial<Options> = {},
): string | null | undefined {
  const settings = { access: { allowedHosts, corsOrigins }, server: { host } };
  const request = { headers, method } as unknown as FastifyRequest;
  return refuseBrowser(request, settings as unknown as Settings)?.code;
}

interface Options {
  host: string;
  allowedHosts: string[];
  corsOrigins: string[];
  method: string;
}

const json = { 'content-type': 'application/json' };
const page = 'https://page.example';

describe('the guard against web pages', () => {
  it.each(['127.0.0.1:8282', 'localhost:8282', '[::1]:8282', 'app.localhost', '192.168.0.4', ''])(
    'takes %j for the service itself',
    (host) => {
      expect(codeOf({ host, ...json })).toBeUndefined();
    },
  );

  it.each([
    'page.example',
    'page.example:8282',
    '127.0.0.1.page.example',
    'localhost.page.example',
  ])('refuses the host %j while it listens on loopback alone', (host) => {
    expect(codeOf({ host, ...json })).toBe('host_not_allowed');
    expect(codeOf({ host, ...json }, { host: '0.0.0.0' })).toBeUndefined();
    expect(codeOf({ host, ...json }, { allowedHosts: ['page.example'] })).toBe(
      host.startsWith('page') ? undefined : 'host_not_allowed',
    );
  });

  it('checks names wherever there is a list', () => {
    const options = { host: '0.0.0.0', allowedHosts: ['api.example'] };
    expect(codeOf({ host: 'api.example:443', ...json }, options)).toBeUndefined();
    expect(codeOf({ host: 'other.example', ...json }, options)).toBe('host_not_allowed');
  });

  it('refuses a WebSocket of a page whose origin is not listed', () => {
    const upgrade = { host: 'localhost', upgrade: 'websocket', origin: page };
    expect(codeOf(upgrade, { method: 'GET' })).toBe('origin_not_allowed');
    expect(codeOf(upgrade, { method: 'GET', corsOrigins: [page] })).toBeUndefined();
    expect(codeOf(upgrade, { method: 'GET', corsOrigins: ['*'] })).toBeUndefined();
    expect(codeOf({ ...upgrade, origin: 'null' }, { method: 'GET' })).toBe('origin_not_allowed');
    const cli = { host: 'localhost', upgrade: 'websocket' };
    expect(codeOf(cli, { method: 'GET' })).toBeUndefined();
  });

  it.each([
    'text/plain',
    'Text/Plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ])('refuses a body of %s that a page can send without a preflight', (type) => {
    const headers = { host: 'localhost', 'content-type': type };
    expect(codeOf({ ...headers, origin: page })).toBe('unsupported_media_type');
    expect(codeOf(headers)).toBeUndefined();
  });

  it('takes JSON of a page, which CORS has let through', () => {
    expect(codeOf({ host: 'localhost', origin: page, ...json })).toBeUndefined();
    expect(codeOf({ host: 'localhost', origin: page })).toBe('unsupported_media_type');
  });
});
