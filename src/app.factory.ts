import { ShutdownSignal } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { AppModuleOptions } from './app.module.js';
import { callersProblems } from './callers/read-callers-file.js';
import { ResponsesPassthrough } from './chat-completions/responses-passthrough.service.js';
import { addBodyParser, type ParseInTurn } from './common/body-parser.js';
import { CLOCK } from './common/clock.js';
import type { Clock } from './common/clock.js';
import { createHttpAdapter } from './common/http-adapter.js';
import { loadPlugins, rivalProblems } from './plugins/load-plugins.js';
import { presetsOf } from './plugins/presets-of.js';
import type { ProxyPlugin } from './plugins/plugin.js';
import { readsFilesAgain } from './config/reads-again.js';
import type { Settings } from './config/settings.js';
import { promptProblems } from './responses/pipeline/prompts/read-prompts.js';
import { backendProblems, backendVariables } from './responses/backend/routes/backend-problems.js';
import { loadSettings } from './config/configuration.module.js';
import type { RawEnvironment } from './config/raw-environment.js';
import { storeProblems } from './store/open-store.js';
import { addRequestHooks } from './logging/request-hooks.js';
import { isUpload } from './gate/api-route.js';
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
  /** It is a part of another application, whose logger, signals and exit are its own. */
  embedded?: boolean;
}

/** Holds what a start reads before there is an application. */
interface Loaded {
  settings: Settings;
  plugins: readonly ProxyPlugin[];
}

/** Builds the application up to, but without, listening: the same for the service, the demo and the tests. */
export async function createApp(options: CreateAppOptions = {}): Promise<NestFastifyApplication> {
  return buildApp(await loadAll(options), options);
}

/** Builds it from what has been loaded already. */
export async function buildApp(
  { settings, plugins }: Loaded,
  options: CreateAppOptions = {},
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register({ ...options, settings, plugins }),
    createHttpAdapter(settings),
    // Nest gets no logger of its own: an error of the start is thrown, and told once by who started.
    { bodyParser: false, bufferLogs: true, abortOnError: false, logger: false },
  );
  if (options.embedded !== true) app.useLogger(app.get(ServiceLogger));
  const server = app.getHttpAdapter().getInstance();
  addRequestHooks(server, app.get(RequestLogService), app.get<Clock>(CLOCK));
  app.get<Tracing | undefined>(TRACING)?.watchRequests(server);
  await addGate(server, app);
  const memory = app.get(MemoryBudget);
  const heavyWork = app.get(HeavyWork);
  const passthrough = app.get(ResponsesPassthrough);
  const parseInTurn: ParseInTurn = async (request, bytes, parse) => {
    noteBody(request, bytes.length, memory);
    if (passthrough.mayTake(request)) request.bodyBytes = bytes;
    return heavyWork.run(request.memory, parse);
  };
  addBodyParser(server, settings.limits, parseInTurn, isUpload);
  // The process exits with 0 after a stop that went well; otherwise Nest ends it by the signal itself.
  if (options.embedded !== true) {
    app.enableShutdownHooks(shutdownSignals(settings), { useProcessExit: true });
  }
  return app;
}

/** Settings that a plugin gives a meaning, such as the name of a dialect, are checked with the plugins at hand. */
export async function loadAll({
  environment,
  plugins: given = [],
}: CreateAppOptions = {}): Promise<Loaded> {
  let plugins = given;
  const settings = await loadSettings(
    environment,
    async (raw) => {
      const loaded = await loadPlugins(raw.PLUGINS);
      plugins = [...given, ...loaded.plugins];
      const stores = plugins.flatMap(({ stores: added = [] }) => added);
      return [
        ...loaded.problems,
        ...rivalProblems(plugins, raw),
        ...backendProblems(raw, presetsOf(plugins)),
        ...promptProblems(raw),
        ...callersProblems(raw),
        ...storeProblems(raw, stores),
      ];
    },
    backendVariables,
  );
  return { settings, plugins };
}

/** Gives all that Nest knows, but for the one that reads files again where there are such files. */
function shutdownSignals(settings: Settings): ShutdownSignal[] {
  const all = Object.values(ShutdownSignal);
  return readsFilesAgain(settings) ? all.filter((signal) => signal !== ShutdownSignal.SIGHUP) : all;
}
