import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import type { Environment } from './environment.js';
import { readEnvironment } from './read-environment.js';
import type { RawEnvironment } from './read-environment.js';
import { SETTINGS } from './settings.js';
import { toSettings } from './to-settings.js';

/** Provides SETTINGS everywhere. */
@Module({})
export class ConfigurationModule {
  /**
   * Reads `.env` and the process' environment (which wins), or, for tests, only `given`.
   * Rejects with EnvironmentError before any other part of the service exists.
   */
  static async register(given?: RawEnvironment): Promise<DynamicModule> {
    const config = await ConfigModule.forRoot({
      ignoreEnvFile: given !== undefined,
      ignoreEnvVars: given !== undefined,
      // Nested in one key, since ConfigModule writes every plain value of the result back into process.env.
      validate: (raw) => ({ environment: readEnvironment(given ?? raw) }),
    });
    return {
      module: ConfigurationModule,
      global: true,
      imports: [config],
      providers: [
        {
          provide: SETTINGS,
          inject: [ConfigService],
          useFactory: (service: ConfigService) =>
            toSettings(service.getOrThrow<Environment>('environment')),
        },
      ],
      exports: [SETTINGS],
    };
  }
}
