import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { BackendMetrics, type BreakerPosition } from '../../../metrics/backend.metrics.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import type { Backend, BackendTarget } from '../backend.js';
import { BackendFactory } from '../backend-factory.service.js';
import { BACKEND_DIALECT } from '../dialects/resolve-dialect.js';
import type { BreakerState } from '../layers/breaker-state.port.js';
import { BACKEND_PROFILES, type BackendProfiles } from '../profiles/read-profiles.js';

/** Holds the backends of this service, and says which of them serves a model. Whoever calls a backend asks here for it. */
@Injectable()
export class Backends
  implements BreakerState, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown
{
  readonly main: Backend;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(BACKEND_DIALECT) dialect: BackendDialect,
    @Inject(BACKEND_PROFILES) profiles: BackendProfiles,
    factory: BackendFactory,
    metrics: BackendMetrics,
  ) {
    this.main = factory.build(settings, dialect, profiles);
    metrics.observeBreaker(() => this.position);
  }

  get all(): readonly Backend[] {
    return [this.main];
  }

  /** Says where a request for a model goes. */
  targetFor(model: string): BackendTarget {
    return { backend: this.main, model: this.main.catalog.resolve(model) };
  }

  get enabled(): boolean {
    return this.main.breaker.enabled;
  }

  get isOpen(): boolean {
    return this.main.breaker.isOpen;
  }

  get consecutiveFailures(): number {
    return this.main.breaker.consecutiveFailures;
  }

  onApplicationBootstrap(): void {
    for (const { catalog } of this.all) void catalog.refresh();
  }

  onModuleDestroy(): void {
    for (const { catalog } of this.all) catalog.stop();
  }

  /** The HTTP server is closed by now, so nobody reads what may still be open. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.all.map(({ http }) => http.close()));
  }

  private get position(): BreakerPosition {
    return this.main.breaker.position;
  }
}
