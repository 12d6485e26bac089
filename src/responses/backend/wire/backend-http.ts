import type { Dispatcher } from 'undici';
import { backendStreamBroken } from '../../../common/error-table.js';
import type { Settings } from '../../../config/settings.js';
import { connectionsTo, isAddress, type Connections } from './connections.js';
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
  private readonly connections: Connections;

  constructor(private readonly settings: Pick<Settings, 'backend'>) {
    this.connections = connectionsTo(settings.backend);
  }

  /** Starts a call. The listener is never called before this returns its exchange. */
  start(call: BackendCall, listener: BackendListener): BackendExchange {
    const exchange = new BackendExchange(listener, {
      firstByteTimeoutMs: this.settings.backend.firstByteTimeoutMs,
      decode: call.decode,
    });
    const options: Dispatcher.DispatchOptions & { servername?: string } = {
      origin: call.url.origin,
      path: call.url.pathname + call.url.search,
      method: call.method,
      headers: call.headers,
      body: call.body ?? null,
      // With a Host override the certificate is still that of the URL.
      ...(isAddress(call.url.hostname) ? {} : { servername: call.url.hostname }),
    };
    queueMicrotask(() => {
      if (!exchange.isOver()) this.connections.dispatcher.dispatch(options, exchange);
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
    return this.connections.pools.every(({ stats }) => stats.connected === 0 && stats.size === 0);
  }

  /** Ends every call that may still be open. */
  async close(): Promise<void> {
    await this.connections.dispatcher.destroy();
  }
}
