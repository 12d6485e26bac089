import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { TRACING, type Tracing } from '../responses/backend/tracing.port.js';

/** The SDK is loaded only where OTEL_EXPORTER_OTLP_ENDPOINT is set: without it, tracing costs nothing. */
@Global()
@Module({
  providers: [
    {
      provide: TRACING,
      inject: [SETTINGS],
      useFactory: async ({ tracing }: Settings): Promise<Tracing | undefined> => {
        if (tracing.endpoint === undefined) return undefined;
        const { createTracing } = await import('./open-telemetry.js');
        return createTracing({ ...tracing, endpoint: tracing.endpoint });
      },
    },
  ],
  exports: [TRACING],
})
export class TracingModule implements OnApplicationShutdown {
  constructor(@Inject(TRACING) private readonly tracing: Tracing | undefined) {}

  async onApplicationShutdown(): Promise<void> {
    await this.tracing?.shutdown();
  }
}
