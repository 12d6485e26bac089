import type { BackendApi } from './backend-url.js';
import type { McpServer } from './mcp-server.js';
import type { ToolMap } from './tool-map.js';

export const SETTINGS = Symbol('SETTINGS');

/** Says where a bucket is, and what opens it. */
export interface BucketSettings {
  /** Its path begins with the bucket's name; folders may follow. */
  url: URL;
  /** Undefined takes it from the host, where that tells it. */
  region: string | undefined;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Holds the validated configuration as the code reads it: nested, typed, in the units that the names say. */
export interface Settings {
  /** Names the secrets that stand in files (NAME_FILE), which a SIGHUP reads again. */
  secretFiles: readonly string[];
  server: {
    host: string;
    port: number;
    /** So many processes serve; 1 is this one alone. */
    workers: number;
    /** A whole request, headers and body, may take so long to come. */
    requestTimeoutMs: number;
    /** Open requests may finish for so long after SIGTERM. */
    shutdownGraceMs: number;
    /** `/health/ready` asks the backend, too. */
    readyRequiresBackend: boolean;
  };
  access: {
    /** Holds the SHA-256 of the keys that clients may use; empty lets every key through to the backend. */
    keyDigests: readonly Buffer[];
    /** This file has callers with keys, models and limits of their own. */
    callersFile: string | undefined;
    /** One key may send so many requests; 0 sets no limit. */
    requestsPerMinute: number;
    /** The Host header may name these; none means any, unless the service listens on loopback alone. */
    allowedHosts: readonly string[];
    /** Browsers may call from these origins; `*` is all, none switches CORS off. */
    corsOrigins: readonly string[];
  };
  /** The service takes on no more than this at once. */
  load: {
    connections: number;
    /** The backend works on so many answers, streamed to the client or not. */
    concurrentStreams: number;
    /** So many requests wait for one of those places. */
    queuedRequests: number;
    queueWaitMs: number;
    /** Clients may make this process hold so many bytes. */
    memoryBytes: number;
    /** A token may wait so long for others while the process is busy; 0 never lets one wait. */
    paceMs: number;
    /** The process counts as busy from this utilization of the event loop on, 0 to 1. */
    paceAbove: number;
  };
  backend: {
    /** Tells it from others in the log, in metrics and in `/health`. */
    name: string;
    /** This is the chat completions endpoint, used verbatim. Where the API is another one, its endpoint is beside it. */
    url: URL;
    /** Responses are asked for in this API, and with `passthrough` as the bytes that the client sent. */
    api: BackendApi;
    passthrough: boolean;
    /** Replaces the Host header, for routing inside a cluster. */
    hostHeader: string | undefined;
    connectTimeoutMs: number;
    /** The first byte of an answer is waited for so long. */
    firstByteTimeoutMs: number;
    /** The backend may be silent for so long between two chunks. */
    idleTimeoutMs: number;
    /** `auto` takes the dialect from the URL. */
    dialect: string;
    /** This file changes the dialect by backend and model. */
    profiles: string | undefined;
    /** Each backend host gets so many connections at most. */
    maxConnections: number;
    /** These headers of the client's travel to the backend, in lower case. */
    forwardHeaders: readonly string[];
    /** The operator's key is sent in place of the client's. */
    apiKey: string | undefined;
    /** Clients' own keys go there. They never do with PROXY_API_KEYS or CALLERS_FILE, which are for this service alone. */
    takesClientKeys: boolean;
    /** The operator's own headers, names in lower case. */
    headers: Readonly<Record<string, string>>;
    /** They are PEM texts: who is trusted beside the system's authorities, and who the service is. */
    tls: { ca?: string; cert?: string; key?: string } | undefined;
    /** The way out of the network, where there is one: proxies by the scheme of a backend, and hosts that none stands before. */
    egressProxy: { http: string; https: string; except: string } | undefined;
    /** Answers that it works on at once, where it has a limit of its own. */
    maxConcurrentStreams: number | undefined;
    /** A call whose answer has not begun is tried so many times more. */
    retries: number;
    breaker: {
      enabled: boolean;
      /** So many faults in a row open it. */
      failures: number;
      openMs: number;
    };
  };
  routing: {
    /** This file names several backends, in place of the one of BACKEND_URL. */
    file: string | undefined;
    /** What `${NAME}` in that file stands for. */
    variables: Readonly<Record<string, string | undefined>>;
  };
  models: { refreshIntervalMs: number };
  limits: {
    /** The decompressed body may have so many bytes. */
    bodyBytes: number;
    inputItems: number;
    /** Text, images and arguments of `input` may have so many UTF-8 bytes. */
    inputBytes: number;
    /** What a request continues from the store may have so many bytes there. */
    historyBytes: number;
    instructionsBytes: number;
    tools: number;
    jsonDepth: number;
    /** One line of the backend's stream may have so many bytes. */
    streamLineBytes: number;
    /** Everything that one response accumulates counts: text, reasoning, arguments. */
    outputBytes: number;
  };
  translation: {
    /** The first lossy step is a 400 then. */
    strict: boolean;
    /** `summary` sends reasoning_summary events, which all clients take; `raw` sends OpenAI's reasoning_text events. */
    reasoningFormat: 'summary' | 'raw';
  };
  /** `directory` has the prompt templates that requests may name; undefined switches them off. */
  prompts: { directory: string | undefined };
  truncation: {
    /** Models of which neither a profile nor the backend's list tells the context have so many tokens. */
    contextTokens: number | undefined;
  };
  /** These hold for tools that are run here. */
  tools: {
    /** One call, and all that is done for one response, may take so long. */
    callMs: number;
    totalMs: number;
    /** Answers of the backend that one response may have. */
    turns: number;
    /** One result may have so many. */
    resultCharacters: number;
    /** Clients may use the tools of these servers. */
    mcpServers: readonly McpServer[];
    /** Says which of their tools stand for tools of OpenAI's own. */
    toolMap: ToolMap;
    /** Clients may name MCP servers of these hosts themselves; see HostList. */
    mcpAllowedHosts: readonly string[];
    webSearch: {
      /** Undefined switches web searches off. */
      provider: 'searxng' | 'brave' | 'tavily' | undefined;
      /** The engine is there, where it is not its vendor's own. */
      url: URL | undefined;
      apiKey: string | undefined;
      /** Pages of these hosts may be opened though they are private. */
      privateHosts: readonly string[];
    };
  };
  store: {
    /** Takes `memory:`, `none:`, `sqlite:PATH`, `redis://HOST` or `postgres://HOST/DATABASE`; it may hold a password. */
    url: string;
    /** The hash that tells owners apart has this key; undefined makes one for this process only. */
    secret: string | undefined;
    ttlMs: number;
    /** The memory or the SQLite file may take so many bytes. */
    maxBytes: number;
    /** This process has so many connections to PostgreSQL at most. */
    maxConnections: number;
    /** What is stored is encrypted with the seal keys. */
    sealed: boolean;
    /** The bytes of files are in a bucket. */
    filesAreElsewhere: boolean;
  };
  /** What uploads may have; `ownerFiles` of 0 switches them off. */
  files: {
    /** One file, and the files of one request, may have so many bytes. */
    fileBytes: number;
    /** Files of one owner, and of all, may have so many. */
    ownerBytes: number;
    ownerFiles: number;
    totalBytes: number;
    /** Their bytes are there, and not in the store. */
    bucket: BucketSettings | undefined;
  };
  /** These secrets seal what travels through clients: reasoning, compactions. The first seals, all open. */
  sealing: { keys: readonly string[] };
  streaming: {
    /** The stream opens after so much silence without the backend's first chunk. 0 waits for ever. */
    openAfterMs: number;
    /** `response.in_progress` is repeated after so much silence. 0 switches it off. */
    heartbeatMs: number;
  };
  /** `timeoutMs` is the longest time of one hook of a plugin. */
  hooks: { timeoutMs: number };
  /** `/metrics` has this port where it is not the service's own. */
  metrics: { port: number | undefined };
  inspector: {
    /** The page at `/inspector` is there, and requests are kept for it. */
    enabled: boolean;
    /** Holds the SHA-256 of the key that opens it; undefined opens it to this machine alone. */
    keyDigest: Buffer | undefined;
  };
  tracing: {
    /** This is the base URL of an OTLP/HTTP collector; undefined switches tracing off. */
    endpoint: URL | undefined;
    serviceName: string;
    /** This share of the traces that begin here is kept, 0 to 1; a client's decision wins. */
    sampleRatio: number;
  };
  logging: {
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
    dumps: { enabled: boolean; directory: string; maxBytes: number };
  };
}
