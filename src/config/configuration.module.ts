import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import type { Environment } from './environment.js';
import { findStrangers, readEnvFile } from './env-file.js';
import { readEnvironment, settingNames } from './read-environment.js';
import type { RawEnvironment } from './read-environment.js';
import { SETTINGS } from './settings.js';
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
 * what `findProblems` found as well. This is done before the application exists, since its HTTP server needs the settings.
 */
export async function loadSettings(
  given?: RawEnvironment,
  findProblems: (raw: RawEnvironment) => readonly string[] = () => [],
): Promise<Settings> {
  let environment!: Environment;
  await ConfigModule.forRoot({
    ignoreEnvFile: given !== undefined,
    ignoreEnvVars: given !== undefined,
    validate: (raw) => {
      const read = given ?? (raw as RawEnvironment);
      const strangers = given === undefined ? findStrangers(readEnvFile(), settingNames()) : [];
      environment = readEnvironment(read, [...strangers, ...findProblems(read)]);
      // ConfigModule would write the result back into process.env.
      return {};
    },
  });
  return toSettings(environment);
}
