import { PassThrough } from 'node:stream';
import type { ModuleMetadata } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ProxyPlugin } from '../../src/plugins/plugin.js';
import { createApp } from '../../src/app.factory.js';

export type LogLine = Record<string, unknown> & { level: string; msg: string };

export interface StartedApp {
  /** Looks like `http://127.0.0.1:<port>`, without a slash at the end. */
  url: string;
  app: NestFastifyApplication;
  /** Gives the log lines since the start. */
  logs(): LogLine[];
  /** Resolves with the first log line that `matches`, also one that is there already. */
  nextLog(matches: (line: LogLine) => boolean): Promise<LogLine>;
  close(): Promise<void>;
}

/** nestjs-pino has one root logger per process, so all applications of one test file write here. */
const destination = new PassThrough();
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

/**
 * TEST_HOPS=2 puts the service behind itself wherever it has one backend on this machine: it speaks Responses to another one, which speaks chat to
 * the backend. Tests that know of the second one by its ways fail then; CONTRIBUTING.md says which suites CI plays so.
 */
async function startBehindItself(
  environment: Record<string, string>,
): Promise<[Record<string, string>, StartedApp | undefined]> {
  const { BACKEND_URL, BACKEND_API, BACKENDS_FILE } = environment;
  const isMeant =
    process.env.TEST_HOPS === '2' && BACKEND_URL?.startsWith('http://127.0.0.1:') === true;
  if (!isMeant || (BACKEND_API ?? BACKENDS_FILE) !== undefined) return [environment, undefined];
  const told = ofBackend.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const own = { STORE_URL: 'none:', SEAL_KEYS: 'the same seal after a restart of both' };
  const behind = await startOne({ ...Object.fromEntries(told), ...own });
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
  const more = behind === undefined ? [] : [{ name: 'hops', dialects: [itself] }];
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
): Promise<StartedApp> {
  const firstLine = linesFrom(0).length;
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
  await app.listen({ host: '127.0.0.1', port: 0 });
  const logs = (): LogLine[] => linesFrom(firstLine);
  return {
    url: await app.getUrl(),
    app,
    logs,
    nextLog: (matches) => waitFor(() => logs().find(matches)),
    close: () => app.close(),
  };
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
