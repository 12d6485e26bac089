import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Gives each request to the next of the services in turn, as a balancer without affinity does. */
export class Balancer {
  private turn = 0;

  private constructor(
    private readonly server: Server,
    private readonly targets: readonly string[],
  ) {}

  static async start(targets: readonly string[]): Promise<Balancer> {
    const server = createServer();
    const balancer = new Balancer(server, targets);
    balancer.serve();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private serve(): void {
    this.server.on('request', (incoming, answer) => {
      const target = this.targets[this.turn % this.targets.length] ?? '';
      this.turn += 1;
      const { method = 'GET', url = '/', headers } = incoming;
      const call = request(new URL(url, target), {
        method,
        headers: { ...headers, host: new URL(target).host },
      });
      call.on('response', (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      });
      call.on('error', () => answer.destroy());
      incoming.pipe(call);
    });
  }
}
