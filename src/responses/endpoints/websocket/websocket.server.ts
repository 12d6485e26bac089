import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WebSocketServer, type WebSocket } from 'ws';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { upgradeToWebsocketsOnly } from '../../../common/websocket-upgrades.js';
import { requireApiKey } from '../../../common/api-key.js';
import { MemoryBudget } from '../../../gate/memory-budget.service.js';
import { ConnectionMemory } from './connection-memory.js';
import { WebsocketConnection } from './websocket-connection.js';
import { websocketLimits } from './websocket-limits.js';
import { WebsocketTurnService } from './websocket-turn.service.js';

interface Upgrade {
  socket: Duplex;
  head: Buffer;
}

/**
 * Holds the WebSocket connections of the HTTP server. An upgrade goes through the router like any GET, so that keys, limits, logs
 * and errors are those of every other request; only the route for /v1/responses completes it.
 */
@Injectable()
export class WebsocketServer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly upgrades = new WeakMap<IncomingMessage, Upgrade>();
  private readonly connections = new Set<WebsocketConnection>();
  private readonly handshake: WebSocketServer;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly adapterHost: HttpAdapterHost,
    private readonly turns: WebsocketTurnService,
    private readonly budget: MemoryBudget,
  ) {
    this.handshake = new WebSocketServer({
      noServer: true,
      maxPayload: settings.limits.bodyBytes,
      // Compression is off, since it costs memory per connection, and events are small.
      perMessageDeflate: false,
    });
  }

  onApplicationBootstrap(): void {
    const { httpAdapter } = this.adapterHost;
    const server = httpAdapter.getHttpServer() as Server;
    const router = httpAdapter.getInstance<FastifyInstance>();
    upgradeToWebsocketsOnly(server);
    server.on('upgrade', (request, socket, head) => {
      this.upgrades.set(request, { socket, head });
      router.routing(request, plainReply(request, socket));
    });
  }

  /** Drains before the service waits for open requests: connections without a turn would keep it waiting. */
  onModuleDestroy(): void {
    for (const connection of this.connections) connection.drain();
  }

  /** Completes the upgrade that the request asks for, and gives false when it asks for none. @throws ApiError 401. */
  accept(request: FastifyRequest, reply: FastifyReply): boolean {
    const { raw, outcome, identity } = request;
    const upgrade = this.upgrades.get(raw);
    if (upgrade === undefined) return false;
    requireApiKey(identity?.backendKey, this.settings);
    outcome.upgraded = true;
    reply.hijack();
    this.handshake.handleUpgrade(raw, upgrade.socket, upgrade.head, (socket) => {
      this.open(socket, request, upgrade.socket);
    });
    return true;
  }

  private open(socket: WebSocket, request: FastifyRequest, wire: Duplex): void {
    const { bodyBytes, inputItems } = this.settings.limits;
    const connection = new WebsocketConnection(socket, {
      limits: websocketLimits,
      queuedBytes: bodyBytes,
      memory: new ConnectionMemory({ items: inputItems, characters: bodyBytes }, (bytes, drop) =>
        this.budget.keep(request.caller, bytes, drop),
      ),
      held: {
        set: (bytes) => request.memory?.set(bytes),
        isFull: (bytes) => this.budget.isFullFor(request.caller, bytes),
      },
      runTurn: (data, self) => this.turns.run(data, request, self),
    });
    this.connections.add(connection);
    wire.on('data', (data: Buffer) => {
      connection.receive(data.length);
    });
    socket.once('close', () => this.connections.delete(connection));
  }
}

/** Makes the reply to an upgrade that is refused; its connection serves nothing after it. */
function plainReply(request: IncomingMessage, socket: Duplex): ServerResponse {
  const reply = new ServerResponse(request);
  reply.shouldKeepAlive = false;
  reply.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
  reply.once('finish', () => {
    reply.detachSocket(socket as Parameters<ServerResponse['detachSocket']>[0]);
    socket.end();
  });
  socket.on('error', () => socket.destroy());
  return reply;
}
