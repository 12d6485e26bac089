import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { findStrangers, readEnvFile } from './env-file.js';
import { readEnvironment, settingNames } from './read-environment.js';
import type { RawEnvironment } from './raw-environment.js';
import { readMcpFile } from './mcp-servers.js';
import { SETTINGS } from './settings.js';
import { readSecretFiles } from './secret-files.js';
import type { Settings } from './settings.js';
import { toSettings } from './to-settings.js';

/** Provides SETTINGS everywhere. */
@Module({})
export class ConfigurationModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: ConfigurationModule,
      global: true,
      providers: [{ provide: SETTINGS, useValue: settings }],
      exports: [SETTINGS],
    };
  }
}

/**
 * Reads `.env` and the process' environment (which wins), or, for tests, only `given`. Rejects with EnvironmentError, which lists
 * what `findProblems` found as well; the names that `moreNames` gives may stand in `.env`, too. This is done before the application
 * exists, since its HTTP server needs the settings.
 */
export async function loadSettings(
  given?: RawEnvironment,
  findProblems: (raw: RawEnvironment) => readonly string[] | Promise<readonly string[]> = () => [],
  moreNames: (raw: RawEnvironment) => readonly string[] = () => [],
): Promise<Settings> {
  const { raw, names, problems } = readSecretFiles(given ?? (await readProcess()));
  const more = moreNames(raw);
  const known = [...settingNames(), ...more];
  const strangers = given === undefined ? findStrangers(readEnvFile(), known) : [];
  const found = [...strangers, ...problems, ...(await findProblems(raw))];
  const environment = readEnvironment(without(raw, more), found);
  const settings = toSettings(environment, names, raw);
  const { MCP_SERVERS: path } = environment;
  if (path === undefined) return settings;
  const { servers: mcpServers, map: toolMap } = readMcpFile(path, raw);
  return { ...settings, tools: { ...settings.tools, mcpServers, toolMap } };
}

async function readProcess(): Promise<RawEnvironment> {
  let read: RawEnvironment = {};
  await ConfigModule.forRoot({
    validate: (raw) => {
      read = raw as RawEnvironment;
      // ConfigModule would write the result back into process.env.
      return {};
    },
  });
  return read;
}

/** Leaves out what only another file wants: it is no setting that somebody misspelt. */
function without(raw: RawEnvironment, names: readonly string[]): RawEnvironment {
  const settings = new Set(settingNames());
  const others = new Set(names.filter((name) => !settings.has(name)));
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !others.has(name)));
}
