import { PassThrough } from 'node:stream';
import type { InjectionToken, ModuleMetadata, Type } from '@nestjs/common';
import type { NestContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type * as AppFactory from '../../src/app.factory.js';
import type { CallersWatch } from '../../src/callers/callers-watch.service.js';
import type { Settings } from '../../src/config/settings.js';
import type { DrainService } from '../../src/gate/drain.service.js';
import type { TrafficDumpService } from '../../src/logging/traffic-dump.service.js';
import type { ResilientBackend } from '../../src/responses/backend/layers/resilient-backend.js';
import type { Backends } from '../../src/responses/backend/routes/backends.service.js';
import type { ToolExecutor } from '../../src/responses/pipeline/executors/tool-executor.port.js';
import type { ProxyPlugin } from '../../src/plugins/plugin.js';
import { isOverTwoHops } from './over-hops.js';

export type LogLine = Record<string, unknown> & { level: string; msg: string };

/** What tests take from the application, by the name of its class or symbol. */
interface Providers {
  Backends: Backends;
  CallersWatch: CallersWatch;
  DrainService: DrainService;
  ResilientBackend: ResilientBackend;
  SETTINGS: Settings;
  TOOL_EXECUTORS: ToolExecutor[];
  TrafficDumpService: TrafficDumpService;
}

export interface StartedApp {
  /** Looks like `http://127.0.0.1:<port>`, without a slash at the end. */
  url: string;
  app: NestFastifyApplication;
  /** Gives what Nest has under this name: a compiled application does not know the classes of the source. */
  provider<Name extends keyof Providers>(name: Name): Providers[Name];
  /** Gives the log lines since the start. */
  logs(): LogLine[];
  /** Resolves with the first log line that `matches`, also one that is there already. */
  nextLog(matches: (line: LogLine) => boolean): Promise<LogLine>;
  close(): Promise<void>;
}

/** The environment of most tests with real parts has it: see compiled-service.mjs. */
const { compiledService } = globalThis as {
  compiledService?: {
    load: () => Promise<typeof AppFactory>;
    log: PassThrough;
    Date: DateConstructor;
  };
};

/** The clock of the service, for tests that set it. */
export const ServiceDate = compiledService?.Date ?? Date;

/** nestjs-pino has one root logger per process, so all applications write here. */
const destination = compiledService?.log ?? new PassThrough();
const text: string[] = [];
destination.on('data', (chunk: Buffer) => text.push(chunk.toString()));

function linesFrom(start: number): LogLine[] {
  const complete = text.join('').split('\n').slice(0, -1).slice(start);
  return complete.map((line) => JSON.parse(line) as LogLine);
}

/** These settings are about the backend at the end, so the service that calls it has them. */
const ofBackend = [
  ...(['BACKEND_URL', 'BACKEND_DIALECT', 'BACKEND_PROFILES', 'BACKEND_HOST_HEADER'] as const),
  ...(['FORWARD_HEADERS', 'MAX_STREAM_LINE_BYTES'] as const),
];

/** As a backend the service takes all that OpenAI takes; its operator's tools are those of the first hop. */
const itself = {
  name: 'itself',
  base: 'openai',
  responsesTools: [
    ...(['custom', 'namespace', 'local_shell', 'shell', 'apply_patch', 'computer'] as const),
  ],
};

const hops: ProxyPlugin = { name: 'hops', dialects: [itself] };

/** What a backend seals goes back to its host alone, so that the second hop of a restarted service has its port again. */
const freedPorts = new Map<string, number>();

/**
 * TEST_HOPS=2 puts the service behind itself wherever it has one backend on this machine: it speaks Responses to another one, which speaks chat to
 * the backend. Tests that know of the second one by its ways fail then; CONTRIBUTING.md says which suites CI plays so.
 */
async function startBehindItself(
  environment: Record<string, string>,
): Promise<[Record<string, string>, StartedApp | undefined]> {
  const { BACKEND_URL, BACKEND_API, BACKENDS_FILE } = environment;
  const isMeant = isOverTwoHops && BACKEND_URL?.startsWith('http://127.0.0.1:') === true;
  if (!isMeant || (BACKEND_API ?? BACKENDS_FILE) !== undefined) return [environment, undefined];
  const told = ofBackend.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const own = { STORE_URL: 'none:', SEAL_KEYS: 'the same seal after a restart of both' };
  const port = freedPorts.get(BACKEND_URL) ?? 0;
  freedPorts.delete(BACKEND_URL);
  const second = await startOne({ ...Object.fromEntries(told), ...own }, [], [], port);
  const close = async (): Promise<void> => {
    await second.close();
    freedPorts.set(BACKEND_URL, Number(new URL(second.url).port));
  };
  const behind = { ...second, close };
  const spoken = { BACKEND_API: 'responses', BACKEND_DIALECT: itself.name };
  return [{ ...environment, ...spoken, BACKEND_URL: `${behind.url}/v1` }, behind];
}

/**
 * Starts the whole service on a free port of 127.0.0.1 with the defaults and these variables only: neither `.env` nor the
 * environment of whoever runs the tests is read.
 */
export async function startApp(
  environment: Record<string, string> = {},
  imports: ModuleMetadata['imports'] = [],
  plugins: readonly ProxyPlugin[] = [],
): Promise<StartedApp> {
  const [own, behind] = await startBehindItself(environment);
  const more = behind === undefined ? [] : [hops];
  const started = await startOne(own, imports, [...plugins, ...more]);
  const close = async (): Promise<void> => {
    await started.close();
    await behind?.close();
  };
  return { ...started, close };
}

async function startOne(
  environment: Record<string, string>,
  imports: ModuleMetadata['imports'] = [],
  plugins: readonly ProxyPlugin[] = [],
  port = 0,
): Promise<StartedApp> {
  const firstLine = linesFrom(0).length;
  // The modules and plugins of a test share their decorators with the source.
  const isCompiled = imports.length === 0 && plugins.every((plugin) => plugin === hops);
  const load = isCompiled ? compiledService?.load : undefined;
  const { createApp } = await (load?.() ?? import('../../src/app.factory.js'));
  const app = await createApp({
    environment: {
      BACKEND_URL: 'http://127.0.0.1:9/v1/chat/completions',
      // A test that fails in the middle of a stream should not wait for it.
      SHUTDOWN_GRACE_SECS: '1',
      // Every scripted answer meets one call, whatever came before; the tests of both switch them on.
      BACKEND_RETRIES: '0',
      ENABLE_CIRCUIT_BREAKER: 'false',
      // However busy the machine is, each read of the backend is a write to the client.
      STREAM_PACE_MS: '0',
      ...environment,
    },
    imports,
    plugins,
    logDestination: destination,
  });
  await app.listen({ host: '127.0.0.1', port });
  const logs = (): LogLine[] => linesFrom(firstLine);
  return {
    url: await app.getUrl(),
    app,
    provider: (name) => app.get(tokenOf(app, name), { strict: false }),
    logs,
    nextLog: (matches) => waitFor(() => logs().find(matches)),
    close: () => app.close(),
  };
}

/** Nest's `select` gives no list of what there is, so this looks into its container. */
function tokenOf(app: NestFastifyApplication, name: string): InjectionToken {
  const { container } = app as unknown as { container: NestContainer };
  const tokens = [...container.getModules().values()].flatMap(({ providers }) => [
    ...providers.keys(),
  ]);
  const nameOf = (token: InjectionToken): string | undefined =>
    typeof token === 'symbol' ? token.description : (token as Type).name;
  const found = tokens.find((token) => nameOf(token) === name);
  if (found === undefined) throw new Error(`Nest has nothing of the name ${name}`);
  return found;
}

function waitFor(find: () => LogLine | undefined): Promise<LogLine> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      destination.off('data', look);
      reject(new Error(`No such log line in:\n${text.join('')}`));
    }, 5_000);
    const look = (): void => {
      const line = find();
      if (line === undefined) return;
      clearTimeout(timer);
      destination.off('data', look);
      resolve(line);
    };
    destination.on('data', look);
    look();
  });
}
