import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Scrapes } from './scrapes.service.js';

/** Serves `/metrics` on METRICS_PORT, for a network policy that keeps it from everyone but Prometheus. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(MetricsServer.name);
  private server: Server | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly scrapes: Scrapes,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { port } = this.settings.metrics;
    if (port === undefined) return;
    this.server = createServer((request, response) => {
      if (request.url?.split('?')[0] === '/metrics')
        void this.send(request.headers.accept, response);
      else response.writeHead(404).end();
    });
    this.server.listen(port, this.settings.server.host);
    await once(this.server, 'listening');
    this.logger.log(`Metrics on port ${(this.server.address() as AddressInfo).port}`);
  }

  /** Closes last of all, so the drain can still be watched. */
  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async send(accept: string | undefined, response: ServerResponse): Promise<void> {
    const { contentType, text } = await this.scrapes.read(accept);
    response.setHeader('content-type', contentType);
    response.end(text);
  }
}
