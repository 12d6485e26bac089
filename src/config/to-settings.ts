import { backendEndpoint } from './backend-url.js';
import { createHash } from 'node:crypto';
import { defaultMemoryBytes, storeBytesWithin } from './default-memory.js';
import type { Environment } from './environment.js';
import type { Settings } from './settings.js';

/** W3C Trace Context travels on by itself: the backend's spans belong to the client's trace. */
const traceContextHeaders = ['traceparent', 'tracestate'];

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

/** Gives the flat variables as the nested view that the code reads. */
export function toSettings(
  environment: Environment,
  secretFiles: readonly string[] = [],
  variables: Settings['routing']['variables'] = {},
): Settings {
  const storeBytes = storeBytesWithin(
    {
      records: environment.STORE_MAX_BYTES,
      files: environment.MAX_OWNER_FILES === 0 ? 0 : environment.MAX_TOTAL_FILE_BYTES,
    },
    environment.STORE_URL,
    environment.STORE_SEAL,
  );
  return {
    secretFiles,
    server: {
      host: environment.HOST,
      port: environment.HOST_PORT,
      workers: environment.WEB_CONCURRENCY,
      requestTimeoutMs: milliseconds(environment.REQUEST_TIMEOUT_SECS),
      shutdownGraceMs: milliseconds(environment.SHUTDOWN_GRACE_SECS),
      readyRequiresBackend: environment.READY_REQUIRES_BACKEND,
    },
    access: {
      keyDigests: environment.PROXY_API_KEYS.map(sha256),
      callersFile: environment.CALLERS_FILE,
      requestsPerMinute: environment.RATE_LIMIT_PER_MINUTE,
      allowedHosts: environment.ALLOWED_HOSTS,
      corsOrigins: environment.CORS_ORIGINS,
    },
    load: {
      connections: environment.MAX_CONNECTIONS,
      concurrentStreams: environment.MAX_CONCURRENT_STREAMS,
      queuedRequests: environment.MAX_QUEUED_REQUESTS,
      queueWaitMs: milliseconds(environment.MAX_QUEUE_WAIT_SECS),
      memoryBytes:
        environment.MAX_MEMORY_MB === undefined
          ? defaultMemoryBytes(environment.WEB_CONCURRENCY, environment.STORE_URL)
          : environment.MAX_MEMORY_MB * 1024 * 1024,
      paceMs: environment.STREAM_PACE_MS,
      paceAbove: environment.STREAM_PACE_ABOVE,
    },
    backend: {
      name: 'backend',
      url: backendEndpoint(environment.BACKEND_URL, environment.BACKEND_API),
      api: environment.BACKEND_API,
      passthrough: false,
      hostHeader: environment.BACKEND_HOST_HEADER,
      connectTimeoutMs: milliseconds(environment.BACKEND_CONNECT_TIMEOUT_SECS),
      firstByteTimeoutMs: milliseconds(environment.BACKEND_TIMEOUT_SECS),
      idleTimeoutMs: milliseconds(environment.BACKEND_IDLE_TIMEOUT_SECS),
      dialect: environment.BACKEND_DIALECT,
      profiles: environment.BACKEND_PROFILES,
      maxConnections: environment.BACKEND_MAX_CONNECTIONS,
      forwardHeaders: [...new Set([...environment.FORWARD_HEADERS, ...traceContextHeaders])],
      apiKey: environment.BACKEND_API_KEY,
      // Of several backends the file says which one does.
      takesClientKeys: environment.BACKENDS_FILE === undefined,
      headers: {},
      tls: undefined,
      egressProxy: egressProxyOf(environment),
      maxConcurrentStreams: undefined,
      retries: environment.BACKEND_RETRIES,
      breaker: {
        enabled: environment.ENABLE_CIRCUIT_BREAKER,
        failures: environment.BREAKER_FAILURES,
        openMs: milliseconds(environment.BREAKER_OPEN_SECS),
      },
    },
    routing: { file: environment.BACKENDS_FILE, variables },
    models: { refreshIntervalMs: milliseconds(environment.MODELS_REFRESH_SECS) },
    limits: {
      bodyBytes: environment.MAX_BODY_BYTES,
      inputItems: environment.MAX_INPUT_ITEMS,
      inputBytes: environment.MAX_INPUT_BYTES,
      historyBytes: environment.MAX_HISTORY_BYTES,
      instructionsBytes: environment.MAX_INSTRUCTIONS_BYTES,
      tools: environment.MAX_TOOLS,
      jsonDepth: environment.MAX_JSON_DEPTH,
      streamLineBytes: environment.MAX_STREAM_LINE_BYTES,
      outputBytes: environment.MAX_OUTPUT_BYTES,
    },
    translation: {
      strict: environment.STRICT_TRANSLATION,
      reasoningFormat: environment.REASONING_FORMAT,
    },
    prompts: { directory: environment.PROMPTS_DIR },
    truncation: { contextTokens: environment.MODEL_CONTEXT_TOKENS },
    tools: {
      callMs: milliseconds(environment.TOOL_TIMEOUT_SECS),
      totalMs: milliseconds(environment.TOOLS_TOTAL_TIMEOUT_SECS),
      turns: environment.MAX_TOOL_TURNS,
      resultCharacters: environment.MAX_TOOL_RESULT_CHARACTERS,
      mcpServers: [],
      toolMap: {},
      mcpAllowedHosts: environment.MCP_ALLOWED_HOSTS,
      webSearch: {
        provider: environment.WEB_SEARCH_PROVIDER,
        url:
          environment.WEB_SEARCH_URL === undefined
            ? undefined
            : new URL(environment.WEB_SEARCH_URL),
        apiKey: environment.WEB_SEARCH_API_KEY,
        privateHosts: environment.WEB_SEARCH_PRIVATE_HOSTS,
      },
    },
    store: {
      url: environment.STORE_URL,
      secret: environment.STORE_SECRET,
      ttlMs: milliseconds(environment.STORE_TTL_SECS),
      maxBytes: storeBytes.records,
      maxConnections: environment.STORE_MAX_CONNECTIONS,
      sealed: environment.STORE_SEAL,
      filesAreElsewhere: environment.FILES_URL !== undefined,
    },
    files: {
      fileBytes: environment.MAX_FILE_BYTES,
      ownerBytes: environment.MAX_OWNER_FILE_BYTES,
      ownerFiles: environment.MAX_OWNER_FILES,
      totalBytes: storeBytes.files,
      bucket: bucketOf(environment),
    },
    sealing: { keys: environment.SEAL_KEYS },
    streaming: {
      openAfterMs: milliseconds(environment.STREAM_OPEN_AFTER_SECS),
      heartbeatMs: milliseconds(environment.HEARTBEAT_SECS),
    },
    hooks: { timeoutMs: milliseconds(environment.HOOK_TIMEOUT_SECS) },
    metrics: { port: environment.METRICS_PORT },
    inspector: {
      enabled: environment.INSPECTOR,
      keyDigest:
        environment.INSPECTOR_KEY === undefined ? undefined : sha256(environment.INSPECTOR_KEY),
    },
    tracing: {
      endpoint:
        environment.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
          ? undefined
          : new URL(environment.OTEL_EXPORTER_OTLP_ENDPOINT),
      serviceName: environment.OTEL_SERVICE_NAME,
      sampleRatio: environment.OTEL_TRACES_SAMPLER_ARG,
    },
    logging: {
      level: environment.LOG_LEVEL ?? 'info',
      dumps: {
        enabled: environment.ENABLE_LOG_VOLUME,
        directory: environment.LOG_DIR,
        maxBytes: environment.LOG_VOLUME_MAX_BYTES,
      },
    },
  };
}

function bucketOf({
  FILES_URL: url,
  FILES_REGION: region,
  FILES_ACCESS_KEY_ID: accessKeyId = '',
  FILES_SECRET_ACCESS_KEY: secretAccessKey = '',
}: Environment): Settings['files']['bucket'] {
  if (url === undefined) return undefined;
  return { url: new URL(url), region, accessKeyId, secretAccessKey };
}

function egressProxyOf(environment: Environment): Settings['backend']['egressProxy'] {
  const { HTTP_PROXY: http = '', HTTPS_PROXY: https = http, NO_PROXY: except } = environment;
  return https === '' ? undefined : { http, https, except };
}
