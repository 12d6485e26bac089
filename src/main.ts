import 'reflect-metadata';
import { constants } from 'node:os';
import { PinoLogger } from 'nestjs-pino';
import { createApp } from './app.factory.js';
import { EnvironmentError } from './config/read-environment.js';
import { SETTINGS } from './config/settings.js';
import type { Settings } from './config/settings.js';
import { scrubSecrets } from './logging/scrub-secrets.js';

async function start(): Promise<void> {
  const app = await createApp();
  const { server, backend, logging } = app.get<Settings>(SETTINGS);
  await app.listen({ host: server.host, port: server.port });
  exitOnSecondSignal();
  const logger = await app.resolve(PinoLogger);
  logger.info(
    {
      url: await app.getUrl(),
      // Without its query, where some backends want a key.
      backend: `${backend.url.origin}${backend.url.pathname}`,
      dialect: backend.dialect,
      dumps: logging.dumps.enabled,
    },
    'listening',
  );
}

/** The first signal begins the shutdown (DrainService); a second one is from someone who will not wait for it. */
function exitOnSecondSignal(): void {
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(128 + constants.signals[signal]);
    });
  }
}

/** Plain lines: a wrong configuration leaves no logger to trust. */
function describe(error: unknown): string {
  if (error instanceof EnvironmentError) {
    return error.problems.map((problem) => `ERROR ${problem}\n`).join('');
  }
  return `ERROR ${scrubSecrets(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`;
}

try {
  await start();
} catch (error) {
  process.stderr.write(describe(error));
  process.exit(1);
}
