import 'reflect-metadata';
import cluster from 'node:cluster';
import { constants } from 'node:os';
import { PinoLogger } from 'nestjs-pino';
import { buildApp, loadAll } from './app.factory.js';
import { WorkerPool } from './cluster/worker-pool.js';
import { collectWhenIdle } from './collect-when-idle.js';
import { EnvironmentError } from './config/read-environment.js';
import { whatIsLost } from './config/what-is-lost.js';
import { plainLogger } from './logging/pino-options.js';
import { reloadOnHangUp } from './reload-on-hang-up.js';
import { scrubSecrets } from './logging/scrub-secrets.js';
import { tuneEngine } from './tune-engine.js';

tuneEngine();

/**
 * So many connections may wait to be accepted; the operating system may allow fewer (`net.core.somaxconn`). With Node's 511 the rest of
 * a rush is dropped by the kernel, and tries again after a second.
 */
const mostPending = 4096;

/** Starts the service. With WEB_CONCURRENCY the workers serve, and this process only keeps them. */
async function startAll(): Promise<void> {
  const loaded = await loadAll();
  const { settings } = loaded;
  if (cluster.isWorker || settings.server.workers === 1) await start(loaded);
  else {
    const logger = plainLogger(settings.logging.level);
    for (const sentence of whatIsLost(settings)) logger.warn(sentence);
    new WorkerPool(settings, logger).start();
  }
}

async function start(loaded: Awaited<ReturnType<typeof loadAll>>): Promise<void> {
  const app = await buildApp(loaded);
  const { settings } = loaded;
  const { server, backend, logging, routing } = settings;
  await app.listen({ host: server.host, port: server.port, backlog: mostPending });
  collectWhenIdle();
  // A worker may get a terminal's signal and then the primary's: only the primary counts them.
  if (cluster.isPrimary) exitOnSecondSignal();
  const logger = await app.resolve(PinoLogger);
  reloadOnHangUp(app, logger);
  // Where there are several workers the primary has said it.
  if (cluster.isPrimary) for (const sentence of whatIsLost(settings)) logger.warn(sentence);
  logger.info(
    {
      url: await app.getUrl(),
      // The query is left out, where some backends want a key.
      ...(routing.file === undefined
        ? { backend: `${backend.url.origin}${backend.url.pathname}`, dialect: backend.dialect }
        : { backends: routing.file }),
      dumps: logging.dumps.enabled,
    },
    'listening',
  );
}

/**
 * Lets a second signal end the process at once. The first one begins the shutdown (DrainService); a second one is from someone
 * who will not wait for it.
 */
function exitOnSecondSignal(): void {
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(128 + constants.signals[signal]);
    });
  }
}

/** Describes in plain lines, since a wrong configuration leaves no logger to trust. */
function describe(error: unknown): string {
  if (error instanceof EnvironmentError) {
    return error.problems.map((problem) => `ERROR ${problem}\n`).join('');
  }
  return `ERROR ${scrubSecrets(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`;
}

try {
  await startAll();
} catch (error) {
  process.stderr.write(describe(error));
  process.exit(1);
}
