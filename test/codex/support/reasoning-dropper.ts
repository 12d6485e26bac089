import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { json } from 'node:stream/consumers';
import { Readable } from 'node:stream';

/** Stands between a client and the service, and takes the reasoning items out of every request, as some clients do themselves. */
export class ReasoningDropper {
  dropped = 0;
  private target = '';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ReasoningDropper> {
    const server = createServer();
    const dropper = new ReasoningDropper(server);
    server.on('request', (request, response) => {
      void (async () => {
        const asked = request.method === 'POST' ? await json(request) : undefined;
        const reply = await fetch(`${dropper.target}${request.url ?? ''}`, {
          method: request.method ?? 'GET',
          headers: {
            'content-type': 'application/json',
            authorization: request.headers.authorization ?? '',
          },
          ...(asked === undefined ? {} : { body: JSON.stringify(dropper.without(asked)) }),
        });
        const type = reply.headers.get('content-type') ?? 'application/json';
        response.writeHead(reply.status, { 'content-type': type });
        if (reply.body === null) response.end();
        else await pipeline(Readable.fromWeb(reply.body as never), response);
      })().catch(() => response.destroy());
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return dropper;
  }

  /** Gives the base URL that a client calls in place of `baseURL`. */
  before(baseURL: string): string {
    const { origin, pathname } = new URL(baseURL);
    this.target = origin;
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${pathname}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private without(body: unknown): unknown {
    const { input, ...rest } = body as { input?: { type?: string }[] };
    const kept = input?.filter(({ type }) => type !== 'reasoning');
    this.dropped += (input?.length ?? 0) - (kept?.length ?? 0);
    return { ...rest, input: kept };
  }
}
