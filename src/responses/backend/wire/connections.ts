import { isIP } from 'node:net';
import { getCACertificates, type SecureContextOptions } from 'node:tls';
import { buildConnector, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { proxyOptions } from '../../../common/egress-proxy.js';
import type { Settings } from '../../../config/settings.js';
import { sharedReads, takeSharedReads } from './shared-reads.js';

/** Holds a way to one origin, and the pools of its connections. */
export interface Connections {
  dispatcher: Dispatcher;
  pools: readonly Pool[];
}

/** Makes the connections to a backend: its own pool, or a tunnel through the egress proxy that stands before its host. */
export function connectionsTo(backend: Settings['backend']): Connections {
  const { url, maxConnections, connectTimeoutMs, idleTimeoutMs, tls, egressProxy } = backend;
  const trust = tlsOptions(tls);
  const options = {
    connections: maxConnections,
    connect: connectorTo(url, { timeout: connectTimeoutMs, ...trust }),
    // undici's own clock starts when a connection is free, while BackendExchange counts from the call.
    headersTimeout: 0,
    bodyTimeout: idleTimeoutMs,
  };
  if (egressProxy === undefined) {
    const pool = new Pool(url.origin, options);
    return { dispatcher: pool, pools: [pool] };
  }
  const pools: Pool[] = [];
  const dispatcher = new EnvHttpProxyAgent({
    ...options,
    ...proxyOptions(egressProxy),
    connectTimeout: connectTimeoutMs,
    // One HTTP/2 connection has one flow-control window, as below.
    allowH2: false,
    requestTls: { ...trust, ...(isAddress(url.hostname) ? {} : { servername: url.hostname }) },
    factory: (origin, given) => {
      const pool = new Pool(origin, given);
      pools.push(pool);
      return pool;
    },
  });
  return { dispatcher, pools };
}

/**
 * Connects by the name in the URL. undici would take the one of a Host override, and refuse the certificate of an address.
 */
function connectorTo(url: URL, options: buildConnector.BuildOptions): buildConnector.connector {
  // One HTTP/2 connection has one flow-control window: a few clients that stop reading would stop all the others.
  const connect = buildConnector({ ...options, allowH2: false, onread: sharedReads });
  const servername = isAddress(url.hostname) ? '' : url.hostname;
  return (target, callback) => {
    connect({ ...target, servername }, (...answer) => {
      const [error, socket] = answer;
      if (error === null) takeSharedReads(socket);
      callback(...answer);
    });
  };
}

/** URLs have an IPv6 address in brackets. A certificate is checked against an address without any name being sent. */
export function isAddress(hostname: string): boolean {
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
