import { isIP } from 'node:net';
import { getCACertificates, type SecureContextOptions } from 'node:tls';
import { buildConnector, Pool, type Dispatcher } from 'undici';
import { backendStreamBroken } from '../../../common/error-table.js';
import type { Settings } from '../../../config/settings.js';
import { BackendExchange, type BackendListener } from './backend-exchange.js';
import type { BackendHeaders } from '../errors/error-shape.js';

export interface BackendCall {
  method: 'GET' | 'POST';
  /** The URL is of the backend's origin. */
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: string | Buffer;
  /** Undoes a content-encoding of the answer. */
  decode: boolean;
}

export interface BackendReply {
  status: number;
  headers: BackendHeaders;
  body: Buffer;
}

/**
 * Opens the one way to a backend: connections, timeouts and limits. Errors reach the listener as ApiError (502 unreachable or
 * broken, 504 timeout); a status of the backend is no error here.
 */
export class BackendHttp {
  private readonly pool: Pool;

  constructor(private readonly settings: Pick<Settings, 'backend'>) {
    const { url, maxConnections, connectTimeoutMs, idleTimeoutMs, tls } = settings.backend;
    this.pool = new Pool(url.origin, {
      connections: maxConnections,
      connect: connectorTo(url, { timeout: connectTimeoutMs, ...tlsOptions(tls) }),
      // undici's own clock starts when a connection is free, while BackendExchange counts from the call.
      headersTimeout: 0,
      bodyTimeout: idleTimeoutMs,
    });
  }

  /** Starts a call. The listener is never called before this returns its exchange. */
  start(call: BackendCall, listener: BackendListener): BackendExchange {
    const exchange = new BackendExchange(listener, {
      firstByteTimeoutMs: this.settings.backend.firstByteTimeoutMs,
      decode: call.decode,
    });
    const options: Dispatcher.DispatchOptions & { servername?: string } = {
      path: call.url.pathname + call.url.search,
      method: call.method,
      headers: call.headers,
      body: call.body ?? null,
      // With a Host override the certificate is still that of the URL.
      ...(isAddress(call.url.hostname) ? {} : { servername: call.url.hostname }),
    };
    queueMicrotask(() => {
      if (!exchange.isOver()) this.pool.dispatch(options, exchange);
    });
    return exchange;
  }

  /** Gets a whole answer of at most `maxBytes`. */
  fetch(call: BackendCall, maxBytes: number, signal?: AbortSignal): Promise<BackendReply> {
    return new Promise((resolve, reject) => {
      const parts: Buffer[] = [];
      let size = 0;
      let head: Omit<BackendReply, 'body'> = { status: 0, headers: {} };
      const exchange = this.start(call, {
        onStart: (status, headers) => {
          head = { status, headers };
        },
        onData: (chunk) => {
          size += chunk.length;
          if (size <= maxBytes) parts.push(chunk);
          else {
            exchange.abort();
            reject(backendStreamBroken('The answer of the backend is too large.'));
          }
        },
        onEnd: () => {
          resolve({ ...head, body: Buffer.concat(parts) });
        },
        onError: reject,
      });
      signal?.addEventListener('abort', () => {
        exchange.abort();
        reject(backendStreamBroken('The call to the backend was cancelled.', signal.reason));
      });
    });
  }

  /** Tells that no connection is open, as is so a few seconds after the last call: the pool closes what nobody uses. */
  get isIdle(): boolean {
    const { connected, size } = this.pool.stats;
    return connected === 0 && size === 0;
  }

  /** Ends every call that may still be open. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }
}

/**
 * Connects by the name in the URL. undici would take the one of a Host override, and refuse the certificate of an address.
 */
function connectorTo(url: URL, options: buildConnector.BuildOptions): buildConnector.connector {
  // One HTTP/2 connection has one flow-control window: a few clients that stop reading would stop all the others.
  const connect = buildConnector({ ...options, allowH2: false });
  const servername = isAddress(url.hostname) ? '' : url.hostname;
  return (target, callback) => {
    connect({ ...target, servername }, callback);
  };
}

/** URLs have an IPv6 address in brackets. A certificate is checked against an address without any name being sent. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || isIP(hostname) !== 0;
}

/** An authority of the operator's is trusted beside those of the system, as elsewhere. */
export function tlsOptions(
  tls: Settings['backend']['tls'],
): Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> {
  if (tls === undefined) return {};
  const { ca, ...identity } = tls;
  return ca === undefined ? identity : { ...identity, ca: [...getCACertificates('default'), ca] };
}
