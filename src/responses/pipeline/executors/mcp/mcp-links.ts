import type { Client } from '@modelcontextprotocol/client';
import type { McpServer } from '../../../../config/mcp-server.js';
import { isHttpRefusal, isProtocolError } from './mcp-library.js';

/** A server is told that its session is over; it may take so long to hear it. */
const GOODBYE_MS = 2_000;

/** Says how long a connection lives, and who is told that the server's tools are others now. */
export interface McpLinkEnds {
  signal: AbortSignal;
  onListChanged: () => void;
}

/** Holds a connection after its handshake. */
export interface McpOpened {
  client: Client;
  endSession: () => Promise<void>;
}

interface Link {
  opened: Promise<McpOpened>;
  life: AbortController;
  users: number;
  isRetired: boolean;
  hasNews: boolean;
}

/**
 * Holds the connections of one response, one for each server: it is greeted once, and what it keeps by its session is there for the
 * next call. A connection over which something broke is used no more, and the next call opens another.
 */
export class McpLinks {
  private readonly links = new Map<McpServer, Link>();
  private readonly all = new Set<Link>();

  constructor(
    private readonly open: (server: McpServer, link: McpLinkEnds) => Promise<McpOpened>,
  ) {}

  /** @param onListChanged is told behind the work that the server's tools are others now. */
  async with<Result>(
    server: McpServer,
    signal: AbortSignal,
    work: (client: Client) => Promise<Result>,
    onListChanged: () => void = () => undefined,
  ): Promise<Result> {
    const known = this.links.get(server);
    const link = known ?? this.link(server);
    try {
      return await this.use(server, link, signal, work, onListChanged);
    } catch (error) {
      // A server that has forgotten the session has not run the call. Source: MCP 2025-11-25, transports, session management.
      const isForgotten = isHttpRefusal(error) && error.status === 404;
      if (known === undefined || !isForgotten || signal.aborted) throw error;
      return await this.use(server, this.link(server), signal, work, onListChanged);
    }
  }

  /** Ends all connections: what is still asked over them is aborted. */
  close(): void {
    for (const link of this.all) this.end(link);
    this.links.clear();
  }

  private link(server: McpServer): Link {
    const life = new AbortController();
    const onListChanged = (): void => {
      link.hasNews = true;
    };
    const opened = this.open(server, { signal: life.signal, onListChanged });
    // Whoever waits for it hears of a failure; those whose time is over need not.
    opened.catch(() => undefined);
    const link: Link = { opened, life, users: 0, isRetired: false, hasNews: false };
    this.links.set(server, link);
    this.all.add(link);
    return link;
  }

  private async use<Result>(
    server: McpServer,
    link: Link,
    signal: AbortSignal,
    work: (client: Client) => Promise<Result>,
    onListChanged: () => void,
  ): Promise<Result> {
    const retire = (): void => {
      link.isRetired = true;
      if (this.links.get(server) === link) this.links.delete(server);
    };
    signal.addEventListener('abort', retire, { once: true });
    link.users += 1;
    try {
      const { client } = await unlessAborted(link.opened, signal);
      const result = await work(client);
      if (link.hasNews) {
        link.hasNews = false;
        onListChanged();
      }
      return result;
    } catch (error) {
      if (!isProtocolError(error)) retire();
      throw error;
    } finally {
      signal.removeEventListener('abort', retire);
      link.users -= 1;
      if (link.isRetired && link.users === 0) this.end(link);
    }
  }

  private end(link: Link): void {
    this.all.delete(link);
    const { life, opened, users } = link;
    const giveUp = (): void => {
      life.abort();
    };
    if (users > 0) {
      giveUp();
      opened.then(({ client }) => client.close()).catch(() => undefined);
      return;
    }
    const late = setTimeout(giveUp, GOODBYE_MS);
    opened
      .then(async ({ client, endSession }) => {
        await endSession().catch(() => undefined);
        await client.close();
      })
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(late);
        giveUp();
      });
  }
}

/** A connection that hangs holds up nobody whose time is over. */
async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  let leave: () => void = () => undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => {
      reject(signal.reason as Error);
    };
  });
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
