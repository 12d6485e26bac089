import 'reflect-metadata';
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
