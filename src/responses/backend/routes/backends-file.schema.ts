import { backendApis, type BackendApi } from '../../../config/backend-url.js';

/** A backend as BACKENDS_FILE has it. Times are seconds; paths are as seen from the file's own folder. */
export interface BackendEntry {
  /** It is like BACKEND_URL: the endpoint, or the base URL before it. */
  url: string;
  /** It is the operator's key, or `client` for the clients' own, or `none`. Without it: see `keyPolicies`. */
  key?: string;
  /** The backend is asked in this API; without it, it is chat. */
  api?: BackendApi;
  /** Its Responses pass as bytes, without a translation. */
  passthrough?: boolean;
  dialect?: string;
  profiles?: string;
  /** Sent with each call. */
  headers?: Record<string, string>;
  forwardHeaders?: string[];
  hostHeader?: string;
  connectTimeoutSecs?: number;
  firstByteTimeoutSecs?: number;
  idleTimeoutSecs?: number;
  retries?: number;
  maxConnections?: number;
  maxConcurrentStreams?: number;
  /** They are PEM files. */
  tls?: { ca?: string; cert?: string; key?: string };
}

export interface TargetEntry {
  backend: string;
  /** It is the model's name there; `$0` stands for the name that was asked for, which it is without this. */
  model?: string;
  weight?: number;
}

export interface RouteEntry {
  /** It is a name, `prefix*`, or `*`. */
  model: string;
  to: TargetEntry[];
  /** A conversation that is too long for one target goes to the next one with a larger window. */
  onContextOverflow?: boolean;
}

export interface FallbackEntry {
  attempts?: number;
  timeoutSecs?: number;
  maxWaitSecs?: number;
}

export interface BackendsFile {
  backends: Record<string, BackendEntry>;
  routes: RouteEntry[];
  fallback?: FallbackEntry;
}

const seconds = (maximum: number) => ({ type: 'number', exclusiveMinimum: 0, maximum });
const count = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum });
const text = (maxLength = 4096) => ({ type: 'string', minLength: 1, maxLength });
const table = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const backendName = { pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$' };

const backend = table(
  {
    url: text(),
    key: text(),
    api: { enum: backendApis },
    passthrough: { type: 'boolean' },
    dialect: text(64),
    profiles: text(),
    headers: {
      type: 'object',
      maxProperties: 50,
      propertyNames: { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$" },
      additionalProperties: { type: 'string', pattern: '^[\\x20-\\x7e]{0,4096}$' },
    },
    forwardHeaders: { type: 'array', maxItems: 50, items: text(100) },
    hostHeader: { type: 'string', pattern: '^[A-Za-z0-9.[\\]_-]+(:\\d{1,5})?$' },
    connectTimeoutSecs: seconds(3_600),
    firstByteTimeoutSecs: seconds(86_400),
    idleTimeoutSecs: seconds(86_400),
    retries: count(0, 10),
    maxConnections: count(1, 65_536),
    maxConcurrentStreams: count(1, 100_000),
    tls: table({ ca: text(), cert: text(), key: text() }),
  },
  ['url'],
);

const target = table(
  { backend: text(63), model: text(512), weight: { type: 'number', exclusiveMinimum: 0 } },
  ['backend'],
);

/** Describes the form of the file; what goes with what is for `readBackendsFile` to check. */
export const backendsFileSchema = table(
  {
    backends: {
      type: 'object',
      minProperties: 1,
      maxProperties: 100,
      propertyNames: backendName,
      additionalProperties: backend,
    },
    routes: {
      type: 'array',
      minItems: 1,
      maxItems: 1_000,
      items: table(
        {
          model: { type: 'string', pattern: '^[^*]{0,512}\\*?$', minLength: 1 },
          to: { type: 'array', minItems: 1, maxItems: 20, items: target },
          onContextOverflow: { type: 'boolean' },
        },
        ['model', 'to'],
      ),
    },
    fallback: table({
      attempts: count(1, 20),
      timeoutSecs: seconds(86_400),
      maxWaitSecs: { type: 'number', minimum: 0, maximum: 3_600 },
    }),
  },
  ['backends', 'routes'],
);
