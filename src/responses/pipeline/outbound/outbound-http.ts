import { Agent, fetch as fetchThrough, type RequestInit as RequestOptions } from 'undici';
import { guardedConnector } from './guarded-connector.js';
import type { HostList } from './host-list.js';

const CONNECT_TIMEOUT_MS = 10_000;
/** One host is connected to so many times at once. */
const MOST_CONNECTIONS = 16;

/**
 * Calls hosts that are no backend, over connections of its own: servers of tools, search engines, pages. A redirect is an error
 * unless the caller follows it by itself. Time is the caller's to limit, by the signal.
 */
export class OutboundHttp {
  private readonly agent: Agent;

  /**
   * @param clientsMayName has the hosts that may be private though a client, a page or a model named them; without a list
   *   the operator alone names the hosts, and all may be reached.
   */
  constructor(clientsMayName?: HostList) {
    this.agent = new Agent({
      connect:
        clientsMayName === undefined
          ? { timeout: CONNECT_TIMEOUT_MS }
          : guardedConnector(clientsMayName, CONNECT_TIMEOUT_MS),
      connections: MOST_CONNECTIONS,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** @param mostBytes is the length of an unpacked body; reading beyond it is an error. */
  async fetch(target: string | URL, init: RequestInit, mostBytes: number): Promise<Response> {
    const options = { redirect: 'error', ...init, dispatcher: this.agent } as RequestOptions;
    const reply = (await fetchThrough(target, options)) as unknown as Response;
    return bounded(reply, mostBytes);
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

function bounded(reply: Response, mostBytes: number): Response {
  if (reply.body === null) return reply;
  let bytes = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > mostBytes) controller.error(new Error('The answer is too long.'));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = reply;
  const plain = new Headers([...headers]);
  return new Response(reply.body.pipeThrough(limit), { status, statusText, headers: plain });
}
