import { Inject, Injectable } from '@nestjs/common';
import { monotonicClock } from '../../common/clock.js';
import type { Settings } from '../../config/settings.js';
import { BackendMetrics } from '../../metrics/backend.metrics.js';
import type { BackendDialect } from '../translator/dialect/dialect.js';
import type { Backend } from './backend.js';
import { BackendCalls } from './calls/backend-calls.js';
import { BackendMeter } from './backend-meter.js';
import { BackendBreaker } from './breaker/backend-breaker.js';
import { MORE_PRESETS, type Preset } from './dialects/preset.js';
import { MORE_FAMILIES, type ModelFamily } from './families/model-family.js';
import { BackendPlaces } from './backend-places.js';
import { ModelCatalog } from './models/model-catalog.js';
import { DialectResolver } from './profiles/dialect-resolver.js';
import { type BackendProfiles, noProfiles, readProfiles } from './profiles/read-profiles.js';
import { resolveDialect } from './dialects/resolve-dialect.js';
import { BackendHttp } from './wire/backend-http.js';

/** Makes what speaks to one backend. */
@Injectable()
export class BackendFactory {
  constructor(
    private readonly metrics: BackendMetrics,
    @Inject(MORE_PRESETS) readonly presets: readonly Preset[],
    @Inject(MORE_FAMILIES) private readonly families: readonly ModelFamily[],
  ) {}

  /** A backend as its settings say, its dialect and its profiles included. */
  of(settings: Settings): Backend {
    const { dialect, profiles, url } = settings.backend;
    return this.build(
      settings,
      resolveDialect(dialect, url, this.presets),
      profiles === undefined ? noProfiles : readProfiles(profiles, this.presets),
    );
  }

  /** @param settings are those of the service, with the backend's own in `backend`. */
  build(settings: Settings, dialect: BackendDialect, profiles: BackendProfiles): Backend {
    const http = new BackendHttp(settings);
    const dialects = new DialectResolver(dialect, profiles, settings, {
      presets: this.presets,
      families: this.families,
    });
    const calls = new BackendCalls(settings, dialects);
    const catalog = new ModelCatalog(http, calls, dialects, settings);
    const { name } = settings.backend;
    return {
      name,
      settings,
      http,
      calls,
      dialects,
      breaker: new BackendBreaker(settings, monotonicClock, this.metrics),
      places: new BackendPlaces(settings.backend.maxConcurrentStreams),
      meter: new BackendMeter(name, catalog, this.metrics),
      catalog,
    };
  }
}
