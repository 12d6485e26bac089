import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTlsBackend, type TlsBackend } from '../../../../test/support/tls-backend.js';
import { readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import type { BackendExchange } from './backend-exchange.js';
import { BackendHttp } from './backend-http.js';

/** Byte i of an answer is i modulo a prime, so that a piece at the wrong place is seen. */
const large = Buffer.from(Array.from({ length: 16_000_000 }, (_, index) => index % 251));

let connection: Socket | undefined;
const answer: RequestListener = (request, response) => {
  connection = request.socket;
  if (request.url === '/reset') {
    response.writeHead(200, { 'content-length': large.length });
    response.write(large.subarray(0, 1000), () => request.socket.destroy());
  } else if (request.url === '/until-it-closes') {
    response.writeHead(200, { connection: 'close', 'transfer-encoding': 'identity' });
    response.end(large);
  } else response.end(large);
};

const plain = createServer(answer);
let secure: TlsBackend;
const origins = new Map<string, string>();
beforeAll(async () => {
  secure = await startTlsBackend(answer);
  plain.listen(0, '127.0.0.1');
  await once(plain, 'listening');
  origins.set('https', new URL(secure.url).origin);
  origins.set('http', `http://127.0.0.1:${(plain.address() as AddressInfo).port}`);
});
afterAll(async () => {
  plain.close().closeAllConnections();
  await secure.close();
});

describe.each(['http', 'https'])(
  'what a connection of %s reads through the shared buffer',
  (scheme) => {
    let way: BackendHttp;
    afterEach(() => way.close());

    /** Calls the backend; each part is told after it was kept. */
    function call(path: string, told: (exchange: BackendExchange, bytes: number) => void) {
      const { backend } = toSettings(readEnvironment({ BACKEND_URL: origins.get(scheme)! }));
      const [ca, cert, key] = (['ca', 'cert', 'key'] as const).map((name) =>
        readFileSync(secure.files[name], 'utf8'),
      );
      way = new BackendHttp({ backend: { ...backend, tls: { ca: ca!, cert: cert!, key: key! } } });
      const url = new URL(path, origins.get(scheme));
      return new Promise<Buffer>((resolve, reject) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        const exchange = way.start(
          { method: 'GET', url, headers: {}, decode: false },
          {
            onStart: () => undefined,
            onData: (part) => {
              parts.push(part);
              bytes += part.length;
              told(exchange, bytes);
            },
            onEnd: () => {
              resolve(Buffer.concat(parts));
            },
            onError: reject,
          },
        );
      });
    }

    it.each(['/', '/until-it-closes'])(
      '%s comes whole, though each part is waited for',
      async (path) => {
        const body = await call(path, (exchange) => {
          exchange.pause();
          setImmediate(() => {
            exchange.resume();
          });
        });
        expect(body.equals(large)).toBe(true);
      },
    );

    it('is no more than fits into its way while nobody takes it, and the rest comes later', async () => {
      let paused: BackendExchange | undefined;
      let taken = 0;
      const whole = call('/', (exchange, bytes) => {
        taken = bytes;
        if (paused !== undefined) return;
        paused = exchange;
        exchange.pause();
      });
      let left: number | undefined;
      do {
        left = connection?.writableLength;
        await pass(100);
      } while (paused === undefined || connection?.writableLength !== left);
      expect(taken).toBeLessThanOrEqual(64 * 1024);
      expect(left).toBeGreaterThan(0);
      paused.resume();
      expect((await whole).equals(large)).toBe(true);
    });

    it('is an error where the backend breaks off', async () => {
      await expect(call('/reset', () => undefined)).rejects.toMatchObject({ status: 502 });
    });
  },
);
