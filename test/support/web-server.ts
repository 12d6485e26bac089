import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WebRequest {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Gives a path's answer: HTML, or a status with headers and a body. */
export type WebAnswer =
  string | { status?: number; headers?: Record<string, string>; body?: string | Uint8Array };

/** A small web on one port of this machine: pages, and search engines. It keeps what it was asked. */
export class WebServer {
  readonly requests: WebRequest[] = [];
  readonly answers = new Map<string, WebAnswer | ((request: WebRequest) => WebAnswer)>();

  private constructor(private readonly server: ReturnType<typeof createServer>) {}

  static async start(): Promise<WebServer> {
    const http = createServer((request, reply) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { method = '', headers } = request;
        const url = new URL(request.url ?? '/', own.url);
        const asked = { method, url, headers, body: Buffer.concat(parts).toString() };
        own.requests.push(asked);
        const answer = own.answers.get(url.pathname) ?? { status: 404 };
        const given = typeof answer === 'function' ? answer(asked) : answer;
        const whole = typeof given === 'string' ? { body: given } : given;
        const type = { 'content-type': 'text/html; charset=utf-8' };
        reply.writeHead(whole.status ?? 200, { ...type, ...whole.headers });
        reply.end(whole.body);
      });
    });
    const own = new WebServer(http);
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return own;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  paths(): string[] {
    return this.requests.map(({ url }) => url.pathname);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/**
 * Answers as a SearXNG does (docs.searxng.org/dev/search_api.html), for tests of everything around it. A real one answers in
 * `test/conformance/python-clients.conformance-spec.ts`.
 */
export function searxngAnswer(query: string, results: readonly object[]): WebAnswer {
  const body = {
    query,
    number_of_results: 0,
    results,
    answers: [],
    infoboxes: [],
    suggestions: [],
  };
  return {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, corrections: [], unresponsive_engines: [] }),
  };
}
