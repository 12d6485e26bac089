import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A test holds this event stream open and writes to it. */
export interface UpstreamStream {
  send(text: string): void;
  end(): void;
  /** Resolves when the other side has gone. */
  readonly closed: Promise<void>;
}

/** Stands for the proxy: GET /events streams what the test says, everything else echoes its body. */
export class SseUpstream {
  private readonly server = createServer((request, response) => {
    this.handle(request, response);
  });
  private readonly waiting: ((stream: UpstreamStream) => void)[] = [];
  private readonly arrived: UpstreamStream[] = [];

  /** Listens; a port of 0 takes any. It resolves with the port. */
  async listen(port = 0): Promise<number> {
    await once(this.server.listen(port, '127.0.0.1'), 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server.close(), 'close');
    this.server.closeAllConnections();
    await closed;
  }

  /** Gives the next stream that a client opens. */
  nextStream(): Promise<UpstreamStream> {
    const ready = this.arrived.shift();
    return ready ? Promise.resolve(ready) : new Promise((resolve) => this.waiting.push(resolve));
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    if (request.url !== '/events') {
      // It reads the whole body first, as the proxy does: Caddy gives up a body once an answer has begun.
      void buffer(request).then((body) => response.end(body));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    const stream: UpstreamStream = {
      send: (text) => response.write(`data: ${text}\n\n`),
      end: () => response.end(),
      closed: once(response, 'close').then(() => undefined),
    };
    const wake = this.waiting.shift();
    if (wake) wake(stream);
    else this.arrived.push(stream);
  }
}
