import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { ConnectionMemory } from './connection-memory.js';
import { WebsocketConnection } from './websocket-connection.js';
import { websocketLimits, type WebsocketLimits } from './websocket-limits.js';

let server: WebSocketServer;
let client: WebSocket;

afterEach(() => {
  client.terminate();
  server.close();
});

/** Opens a connection whose every turn lasts until the returned promise's `end` is called. */
async function open(limits: Partial<WebsocketLimits>) {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  let end = (): void => undefined;
  server.on('connection', (socket) => {
    new WebsocketConnection(socket, {
      limits: { ...websocketLimits, ...limits },
      queuedBytes: 1000,
      memory: new ConnectionMemory({ items: 10, characters: 1000 }),
      runTurn: () =>
        new Promise((resolve) => {
          end = resolve;
          socket.send('"begun"');
        }),
    });
  });
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const messages: unknown[] = [];
  client.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())));
  const closed = once(client, 'close').then(([code]) => code as number);
  await once(client, 'open');
  return {
    messages,
    closed,
    endTurn: () => {
      end();
    },
  };
}

const limitReached = expect.objectContaining({
  type: 'error',
  status: 400,
  error: expect.objectContaining({ code: 'websocket_connection_limit_reached' }) as unknown,
}) as unknown;

describe('WebsocketConnection', () => {
  it('ends at its age limit with the error that clients know', async () => {
    const { closed, messages } = await open({ maxAgeMs: 20 });
    expect(await closed).toBe(1000);
    expect(messages).toEqual([limitReached]);
  });

  it('lets the running turn end first', async () => {
    const { closed, messages, endTurn } = await open({ maxAgeMs: 50 });
    client.send('{}');
    await once(client, 'message');
    setTimeout(endTurn, 100);
    expect(await closed).toBe(1000);
    expect(messages).toEqual(['begun', limitReached]);
  });

  it('ends when it is idle', async () => {
    const { closed, messages } = await open({ idleMs: 20 });
    expect(await closed).toBe(1000);
    expect(messages).toEqual([]);
  });

  it('cuts a client that answers no ping', async () => {
    const { closed } = await open({ pingMs: 20 });
    client.pong = () => undefined;
    expect(await closed).toBe(1006);
  });
});
