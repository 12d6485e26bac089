import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, fetch } from 'undici';
import { guardedConnector, RefusedAddress, type ResolveHost } from './guarded-connector.js';
import { HostList } from './host-list.js';
import { isPublicAddress } from './public-address.js';

describe('addresses', () => {
  it.each([
    ...[
      '127.0.0.1',
      '127.9.9.9',
      '0.0.0.0',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.1.1',
      '100.100.100.200',
    ],
    ...[
      '169.254.169.254',
      '168.63.129.16',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '240.0.0.1',
    ],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254', 'ff02::1', '::ffff:127.0.0.1'],
    ...[
      '::ffff:8.8.8.8',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001:0:1::1',
      '2001:db8::1',
    ],
    ...['localhost', '', '0x7f.1', '2130706433'],
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450::1'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe('a list of hosts', () => {
  const list = new HostList(['tools.example', '10.0.0.5:8080', '[fd00::5]:443', '*.lab.example']);
  it.each([
    ['http://tools.example/', true, true],
    ['https://TOOLS.example.:8443/', true, true],
    ['https://evil-tools.example/', false, false],
    ['http://10.0.0.5:8080/', true, true],
    ['http://10.0.0.5/', false, false],
    ['https://[fd00:0::5]/', true, true],
    ['https://a.b.lab.example/', false, true],
    ['http://a.lab.example/', false, false],
    ['https://lab.example/', false, false],
  ])('%s', (url, isNamed, isAllowed) => {
    expect([list.names(new URL(url)), list.allows(new URL(url))]).toEqual([isNamed, isAllowed]);
  });
  it('a star alone lets in all that speak TLS', () => {
    const any = new HostList(['*']);
    expect([any.allows(new URL('https://x.test')), any.allows(new URL('http://x.test'))]).toEqual([
      true,
      false,
    ]);
    expect(new HostList([]).isEmpty).toBe(true);
  });
});

describe('connections to what a client named', () => {
  let server: Server;
  let port: number;
  let connections = 0;
  beforeAll(async () => {
    server = createServer((request, reply) => {
      if (request.url === '/away')
        reply.writeHead(302, { location: `http://private.test:${port}/` });
      reply.end('inside');
    });
    server.on('connection', () => connections++);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.close();
  });

  async function ask(
    url: string,
    resolve: ResolveHost,
    listed: readonly string[] = [],
  ): Promise<unknown> {
    const connect = guardedConnector(new HostList(listed), 1_000, resolve);
    const agent = new Agent({ connect });
    try {
      const reply = await fetch(url, { dispatcher: agent });
      return await reply.text();
    } catch (error) {
      return (error as Error).cause;
    } finally {
      await agent.destroy();
    }
  }
  const resolvesTo =
    (...addresses: string[]): ResolveHost =>
    (_, done) => {
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };

  it.each([
    ['http://127.0.0.1:PORT/', []],
    ['http://0.0.0.0:PORT/', []],
    ['http://2130706433:PORT/', []],
    ['http://0x7f.1:PORT/', []],
    ['http://[::1]:PORT/', []],
    ['http://[::ffff:127.0.0.1]:PORT/', []],
    ['http://localhost:PORT/', ['127.0.0.1']],
    ['https://rebound.test:PORT/', ['127.0.0.1']],
    ['http://half.test:PORT/', ['8.8.8.8', '127.0.0.1']],
    ['http://mapped.test:PORT/', ['::ffff:127.0.0.1']],
    ['http://nowhere.test:PORT/', []],
  ])('%s is refused before anything is sent', async (url, addresses) => {
    const before = connections;
    const refused = await ask(url.replace('PORT', String(port)), resolvesTo(...addresses));
    expect(refused).toBeInstanceOf(RefusedAddress);
    expect(connections).toBe(before);
  });

  it('a host that the operator wrote out is reached, and a redirect from it is not followed inside', async () => {
    const listed = [`127.0.0.1:${port}`];
    const url = `http://127.0.0.1:${port}`;
    expect(await ask(url, resolvesTo(), listed)).toBe('inside');
    const before = connections;
    expect(await ask(`${url}/away`, resolvesTo('127.0.0.1'), listed)).toBeInstanceOf(
      RefusedAddress,
    );
    expect(connections).toBe(before + 1);
  });
});
