import { globSync, readFileSync } from 'node:fs';
import { URL } from 'node:url';
import { startServer } from './processes.mjs';

/** The load has so many connections, and in the measure of 5,000 streams a proxy may open so many to the backend. */
const maxConnections = 8192;

export function startBackend(port = 0) {
  return startServer('../targets/backend.mjs', { args: [String(port)] });
}

export function startRawProxy(backend) {
  return startServer('../targets/raw-proxy.mjs', { args: [backend.url] });
}

/**
 * Starts the floor. `whole` asks the backend not to stream when the client does not. Like the service it keeps its compiled code
 * while other targets are measured.
 */
export function startFloor(backend, whole = false) {
  const args = [backend.url, ...(whole ? ['whole'] : [])];
  return startServer('../targets/floor-translator.mjs', {
    args,
    execArgv: ['--no-memory-reducer'],
  });
}

/** The image sets these (docker/Dockerfile). Without the library (libjemalloc2) the C library's own allocator is measured. */
const dockerfile = readFileSync(new URL('../../docker/Dockerfile', import.meta.url), 'utf8');
const [allocator] = globSync('/usr/lib/*/libjemalloc.so.2');
const ofTheImage =
  allocator === undefined
    ? {}
    : {
        LD_PRELOAD: allocator,
        MALLOC_CONF: /MALLOC_CONF=(\S+)/.exec(dockerfile)[1],
      };

/** Names the allocator of the service, for the report. */
export const allocatorName = allocator === undefined ? 'the C library' : 'jemalloc';

/**
 * Starts our service as it is deployed: production mode, every log line written, metrics counted, responses stored in memory.
 * `dist` is a build's folder.
 */
export async function startProxy(backend, dist, { env = {}, execArgv = [] } = {}) {
  const server = await startServer(new URL(`${dist}/main.js`), {
    execArgv: ['--enable-source-maps', ...execArgv],
    env: {
      ...ofTheImage,
      BACKEND_URL: backend.url,
      BACKEND_MAX_CONNECTIONS: String(maxConnections),
      HOST: '127.0.0.1',
      HOST_PORT: '0',
      MAX_CONCURRENT_STREAMS: String(maxConnections),
      MAX_CONNECTIONS: String(2 * maxConnections),
      ...env,
    },
  });
  return { ...server, url: new URL('/v1/responses', server.url).href };
}
