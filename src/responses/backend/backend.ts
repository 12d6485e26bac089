import type { Settings } from '../../config/settings.js';
import type { BackendCalls } from './calls/backend-calls.js';
import type { BackendMeter } from './backend-meter.js';
import type { BackendBreaker } from './breaker/backend-breaker.js';
import type { BackendPlaces } from './backend-places.js';
import type { ModelCatalog } from './models/model-catalog.js';
import type { DialectResolver } from './profiles/dialect-resolver.js';
import type { BackendHttp } from './wire/backend-http.js';

/** Holds one server of models with all that is known of it and all that speaks to it. */
export interface Backend {
  /** It is called so in the log, in metrics and in `/health`. */
  readonly name: string;
  /** These settings are those of the service, with what is said of this backend in `backend`. */
  readonly settings: Settings;
  readonly http: BackendHttp;
  readonly calls: BackendCalls;
  readonly dialects: DialectResolver;
  readonly breaker: BackendBreaker;
  readonly places: BackendPlaces;
  readonly meter: BackendMeter;
  readonly catalog: ModelCatalog;
}

/** Says where a request may go: a backend and the model's name there. */
export interface BackendTarget {
  readonly backend: Backend;
  readonly model: string;
  /** The route gives the model another name there than clients know. */
  readonly isAlias: boolean;
}
