import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PinoLogger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { AppModuleOptions } from './app.module.js';
import { addBodyParser } from './common/body-parser.js';
import { CLOCK } from './common/clock.js';
import type { Clock } from './common/clock.js';
import { createHttpAdapter } from './common/http-adapter.js';
import { backendProblems } from './responses/backend/backend-problems.js';
import { loadSettings } from './config/configuration.module.js';
import type { RawEnvironment } from './config/read-environment.js';
import { addRequestHooks } from './logging/request-hooks.js';
import { addGate } from './gate/add-gate.js';
import { HeavyWork } from './gate/heavy-work.service.js';
import { MemoryBudget } from './gate/memory-budget.service.js';
import { noteBody } from './gate/request-memory.js';
import { RequestLogService } from './logging/request-log.service.js';
import { ServiceLogger } from './logging/service-logger.js';
import { TRACING, type Tracing } from './responses/backend/tracing.port.js';

export interface CreateAppOptions extends Omit<AppModuleOptions, 'settings'> {
  /** Stands in place of the process' environment and `.env`. */
  environment?: RawEnvironment;
}

/** Builds the application up to, but without, listening: the same for the service, the demo and the tests. */
export async function createApp(options: CreateAppOptions = {}): Promise<NestFastifyApplication> {
  const settings = await loadSettings(options.environment, backendProblems);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register({ ...options, settings }),
    createHttpAdapter(settings),
    // Nest gets no logger of its own: an error of the start is thrown, and told once by who started.
    { bodyParser: false, bufferLogs: true, abortOnError: false, logger: false },
  );
  // nestjs-pino keeps one root logger per process, so a second application would inherit the first one's level.
  PinoLogger.root.level = settings.logging.level;
  app.useLogger(app.get(ServiceLogger));
  const server = app.getHttpAdapter().getInstance();
  addRequestHooks(server, app.get(RequestLogService), app.get<Clock>(CLOCK));
  app.get<Tracing | undefined>(TRACING)?.watchRequests(server);
  await addGate(server, app);
  const memory = app.get(MemoryBudget);
  const heavyWork = app.get(HeavyWork);
  addBodyParser(server, settings.limits, async (request, bytes, parse) => {
    noteBody(request, bytes, memory);
    return heavyWork.run(request.memory, parse);
  });
  // The process exits with 0 after a stop that went well; otherwise Nest ends it by the signal itself.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  return app;
}
