import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTlsBackend, type TlsBackend } from '../../../../test/support/tls-backend.js';
import { readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import { BackendHttp } from './backend-http.js';

let backend: TlsBackend;
let proxy: Server;
let proxyPort = 0;
const asked: IncomingMessage[] = [];

/** The name `backend.test` is known to the proxy alone. */
beforeAll(async () => {
  backend = await startTlsBackend();
  proxy = createServer((request, response) => {
    asked.push(request);
    response.end('forwarded');
  });
  proxy.on('connect', (request: IncomingMessage, socket) => {
    asked.push(request);
    if (request.headers['proxy-authorization'] === undefined) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const tunnel = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(tunnel).pipe(socket);
    });
    tunnel.on('error', () => socket.destroy());
    socket.on('error', () => tunnel.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  proxyPort = (proxy.address() as AddressInfo).port;
});
afterAll(async () => {
  proxy.close();
  proxy.closeAllConnections();
  await backend.close();
});

async function models(url: string, environment: Record<string, string>): Promise<string> {
  asked.length = 0;
  const settings = toSettings(readEnvironment({ BACKEND_URL: url, ...environment }));
  const [ca, cert, key] = [backend.files.ca, backend.files.cert, backend.files.key].map((file) =>
    readFileSync(file, 'utf8'),
  );
  const http = new BackendHttp({
    backend: { ...settings.backend, tls: { ca: ca!, cert: cert!, key: key! } },
  });
  try {
    const call = { method: 'GET', url: new URL(url), headers: {}, decode: false } as const;
    const reply = await http.fetch(call, 1000);
    expect(http.isIdle).toBe(false);
    return reply.body.toString();
  } finally {
    await http.close();
  }
}

describe('an egress proxy', () => {
  const far = () => backend.url.replace('127.0.0.1', 'backend.test');
  const at = (user = '') => `http://${user}127.0.0.1:${proxyPort}`;

  it('has a tunnel made to a backend of https, whose certificates are checked as without it', async () => {
    const reply = await models(far(), { HTTPS_PROXY: at('user:pass%20word@') });
    expect(reply).toContain('"m"');
    expect(asked.map(({ url, method }) => [method, url])).toEqual([
      ['CONNECT', `backend.test:${new URL(far()).port}`],
    ]);
    const basic = Buffer.from('user:pass word').toString('base64');
    expect(asked[0]?.headers['proxy-authorization']).toBe(`Basic ${basic}`);
    const other = far().replace('backend.test', 'other.test');
    await expect(models(other, { HTTPS_PROXY: at('user@') })).rejects.toMatchObject({
      status: 502,
    });
  });

  it('passes a request to a backend of http on, and HTTP_PROXY alone stands before https, too', async () => {
    expect(await models('http://backend.test/v1/models', { HTTP_PROXY: at() })).toBe('forwarded');
    expect(asked[0]).toMatchObject({ method: 'GET', url: 'http://backend.test/v1/models' });
    expect(await models(far(), { HTTP_PROXY: at('user@').slice('http://'.length) })).toContain(
      '"m"',
    );
  });

  it('that refuses is a 502, at once', async () => {
    await expect(models(far(), { HTTPS_PROXY: at() })).rejects.toMatchObject({ status: 502 });
    expect(asked).toHaveLength(1);
  });

  it.each(['backend.test', '.test', '10.0.0.0/8, *.other.test backend.test', '*'])(
    'is not asked for what NO_PROXY names: %s',
    async (hosts) => {
      const environment = { HTTPS_PROXY: at('user@'), NO_PROXY: hosts };
      await expect(models(far(), environment)).rejects.toMatchObject({ status: 502 });
      expect(asked).toEqual([]);
    },
  );

  it('is never asked for this machine', async () => {
    expect(await models(backend.url, { HTTPS_PROXY: at('user@'), NO_PROXY: 'x' })).toContain('"m"');
    expect(asked).toEqual([]);
  });
});

it.each(['socks5://proxy:1080', 'http://', 'no proxy'])('refuses %s as a proxy', (url) => {
  expect(() => readEnvironment({ HTTPS_PROXY: url })).toThrow(/HTTPS_PROXY must be/);
});
