import dns from 'node:dns';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
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

/** A way to the backend that goes on. */
function wayTo(url: string, environment: Record<string, string> = {}): BackendHttp {
  const settings = toSettings(readEnvironment({ BACKEND_URL: url, ...environment }));
  const [ca, cert, key] = [backend.files.ca, backend.files.cert, backend.files.key].map((file) =>
    readFileSync(file, 'utf8'),
  );
  return new BackendHttp({
    backend: { ...settings.backend, tls: { ca: ca!, cert: cert!, key: key! } },
  });
}

async function read(http: BackendHttp, url: string): Promise<string> {
  const call = { method: 'GET', url: new URL(url), headers: {}, decode: false } as const;
  const { body } = await http.fetch(call, 1000);
  // The connection is free for the next call a turn later.
  await turn();
  return body.toString();
}

async function models(url: string, environment: Record<string, string>): Promise<string> {
  asked.length = 0;
  const http = wayTo(url, environment);
  try {
    const reply = await read(http, url);
    expect(http.isIdle).toBe(false);
    return reply;
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

describe('a certificate of the backend that ends', () => {
  afterEach(() => {
    backend.show('server');
  });

  it('ends no connection that is open, makes new ones a 502, and those work again once it is renewed', async () => {
    const open = wayTo(backend.url);
    try {
      await read(open, backend.url);
      backend.show('expired');
      expect(await read(open, backend.url)).toContain('"m"');
      await expect(models(backend.url, {})).rejects.toMatchObject({
        status: 502,
        code: 'backend_unavailable',
      });
      backend.show('server');
      expect(await models(backend.url, {})).toContain('"m"');
    } finally {
      await open.close();
    }
  });
});

describe('a backend whose address changes', () => {
  /** Two machines with the same port, each of which says which it is. */
  const machines = ['127.0.0.1', '127.0.0.2'].map((address) => ({
    address,
    server: createServer((_request, response) => response.end(address)),
  }));
  const [first, second] = machines as [(typeof machines)[0], (typeof machines)[0]];
  afterAll(() => {
    for (const { server } of machines) {
      server.close();
      server.closeAllConnections();
    }
    jest.restoreAllMocks();
  });

  it('is called at the old one while a connection is open, and at the new one when that is gone', async () => {
    first.server.listen(0, first.address);
    await once(first.server, 'listening');
    const { port } = first.server.address() as AddressInfo;
    second.server.listen(port, second.address);
    await once(second.server, 'listening');
    let { address } = first;
    const lookup = jest.spyOn(dns, 'lookup').mockImplementation(((
      _name: string,
      _options: object,
      found: (error: null, addresses: object[]) => void,
    ) => {
      found(null, [{ address, family: 4 }]);
    }) as unknown as typeof dns.lookup);
    const url = `http://backend.test:${port}/v1/models`;
    const http = wayTo(url);
    try {
      expect(await read(http, url)).toBe(first.address);
      address = second.address;
      expect(await read(http, url)).toBe(first.address);
      expect(lookup).toHaveBeenCalledTimes(1);
      // The old machine is switched off once its answers are over.
      const closed = once(first.server, 'close');
      first.server.close();
      first.server.closeIdleConnections();
      await closed;
      expect(await read(http, url)).toBe(second.address);
      expect(lookup).toHaveBeenCalledTimes(2);
    } finally {
      await http.close();
    }
  });
});

it.each(['socks5://proxy:1080', 'http://', 'no proxy'])('refuses %s as a proxy', (url) => {
  expect(() => readEnvironment({ HTTPS_PROXY: url })).toThrow(/HTTPS_PROXY must be/);
});
