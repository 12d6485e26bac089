import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { loadAll } from './app.factory.js';
import { CallersWatch } from './callers/callers-watch.service.js';
import { EnvironmentError } from './config/read-environment.js';
import { readsFilesAgain } from './config/reads-again.js';
import { renewSecrets, secretsForRestart } from './config/renew-secrets.js';
import { SETTINGS, type Settings } from './config/settings.js';
import { BackendsWatch } from './responses/backend/routes/backends-watch.service.js';
import { Sealer } from './sealing/sealer.js';

type Said = Pick<Logger, 'info' | 'warn' | 'error'>;

/**
 * SIGHUP reads the files of secrets (NAME_FILE), that of the backends and that of the callers again. What is wrong with one is logged, and what it says
 * stays as it was. Without such files the signal keeps its usual meaning, since a terminal sends it when it is closed.
 */
export function reloadOnHangUp(app: NestFastifyApplication, logger: Said): void {
  const settings = app.get<Settings>(SETTINGS);
  if (!readsFilesAgain(settings)) return;
  process.on('SIGHUP', () => {
    void app.get(BackendsWatch, { strict: false }).reload();
    void app.get(CallersWatch, { strict: false }).reload();
    if (settings.secretFiles.length === 0) return;
    reload(settings, app.get(Sealer), logger).catch((error: unknown) => {
      const problems = error instanceof EnvironmentError ? error.problems : [String(error)];
      logger.error({ problems }, 'secrets_not_reloaded');
    });
  });
}

async function reload(settings: Settings, sealer: Sealer, logger: Said): Promise<void> {
  const { settings: fresh } = await loadAll();
  const restart = secretsForRestart(settings, fresh);
  if (restart.length > 0) logger.warn({ secrets: restart }, 'secrets_need_restart');
  renewSecrets(settings, fresh);
  const [first, ...older] = settings.sealing.keys;
  // Without a key the one of this process goes on.
  if (first !== undefined) sealer.use([first, ...older]);
  logger.info({ secrets: settings.secretFiles }, 'secrets_reloaded');
}
