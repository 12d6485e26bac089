export const SETTINGS = Symbol('SETTINGS');

/** The validated configuration as the code reads it: nested, typed, in the units that the names say. */
export interface Settings {
  server: {
    host: string;
    port: number;
    /** Processes that serve; 1 is this one alone. */
    workers: number;
    /** Longest time to receive a whole request, headers and body. */
    requestTimeoutMs: number;
    /** How long open requests may finish after SIGTERM. */
    shutdownGraceMs: number;
    /** `/health/ready` asks the backend too. */
    readyRequiresBackend: boolean;
  };
  access: {
    /** SHA-256 of the keys that clients may use; empty lets every key through to the backend. */
    keyDigests: readonly Buffer[];
    /** Of one key; 0 is without limit. */
    requestsPerMinute: number;
    /** Names in the Host header; none means any, unless the service listens on loopback alone. */
    allowedHosts: readonly string[];
    /** Origins that browsers may call from; `*` is all, none switches CORS off. */
    corsOrigins: readonly string[];
  };
  /** What the service takes on at once. */
  load: {
    connections: number;
    /** Answers that the backend works on, streamed to the client or not. */
    concurrentStreams: number;
    /** Requests that wait for one of those places. */
    queuedRequests: number;
    queueWaitMs: number;
    /** What clients may make this process hold. */
    memoryBytes: number;
  };
  backend: {
    /** Tells it from others in the log, in metrics and in `/health`. */
    name: string;
    /** The chat completions endpoint, used verbatim. */
    url: URL;
    /** Replaces the Host header, for routing inside a cluster. */
    hostHeader: string | undefined;
    connectTimeoutMs: number;
    /** Longest wait for the first byte of an answer. */
    firstByteTimeoutMs: number;
    /** Longest silence between two chunks. */
    idleTimeoutMs: number;
    /** `auto` takes the dialect from the URL. */
    dialect: string;
    /** Path of the file that changes the dialect by backend and model. */
    profiles: string | undefined;
    /** Connections per backend host. */
    maxConnections: number;
    /** Client headers that travel to the backend, in lower case. */
    forwardHeaders: readonly string[];
    /** The operator's key, sent in place of the client's. */
    apiKey: string | undefined;
    /** Clients' own keys go there. They never do with PROXY_API_KEYS, which are for this service alone. */
    takesClientKeys: boolean;
    /** Further attempts of a call whose answer has not begun. */
    retries: number;
    breaker: {
      enabled: boolean;
      /** In a row, until it opens. */
      failures: number;
      openMs: number;
    };
  };
  models: { refreshIntervalMs: number };
  limits: {
    /** Of the decompressed body. */
    bodyBytes: number;
    inputItems: number;
    /** Text, images and arguments of `input`, in UTF-8 bytes. */
    inputBytes: number;
    instructionsBytes: number;
    tools: number;
    jsonDepth: number;
    /** One line of the backend's stream. */
    streamLineBytes: number;
    /** Everything that one response accumulates: text, reasoning, arguments. */
    outputBytes: number;
  };
  translation: {
    /** The first lossy step is a 400. */
    strict: boolean;
    /** `summary`: reasoning_summary events (all clients take them). `raw`: OpenAI's reasoning_text events. */
    reasoningFormat: 'summary' | 'raw';
  };
  truncation: {
    /** The context, in tokens, of models of which neither a profile nor the backend's list tells it. */
    contextTokens: number | undefined;
  };
  store: {
    /** `memory:`, `none:`, `sqlite:PATH`, `redis://HOST` or `postgres://HOST/DATABASE`; may hold a password. */
    url: string;
    /** Key of the hash that tells owners apart; undefined makes one for this process only. */
    secret: string | undefined;
    ttlMs: number;
    /** Of the memory or the SQLite file. */
    maxBytes: number;
    /** Of this process, to PostgreSQL. */
    maxConnections: number;
    /** Encrypted with the seal keys. */
    sealed: boolean;
  };
  /** Secrets that seal what travels through clients: reasoning, compactions. The first seals, all open. */
  sealing: { keys: readonly string[] };
  streaming: {
    /** Silence before the stream opens without the backend's first chunk. 0 waits for ever. */
    openAfterMs: number;
    /** Silence before `response.in_progress` is repeated. 0 switches it off. */
    heartbeatMs: number;
  };
  /** The port of `/metrics` where it is not the service's own. */
  metrics: { port: number | undefined };
  tracing: {
    /** Base URL of an OTLP/HTTP collector; undefined switches tracing off. */
    endpoint: URL | undefined;
    serviceName: string;
    /** Share of the traces begun here, 0 to 1; a client's decision wins. */
    sampleRatio: number;
  };
  logging: {
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
    dumps: { enabled: boolean; directory: string; maxBytes: number };
  };
}
