import type { Environment } from './environment.js';
import type { Settings } from './settings.js';

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

/** The flat variables as the nested view that the code reads. */
export function toSettings(environment: Environment): Settings {
  return {
    server: {
      host: environment.HOST,
      port: environment.HOST_PORT,
      requestTimeoutMs: milliseconds(environment.REQUEST_TIMEOUT_SECS),
    },
    backend: {
      url: new URL(environment.BACKEND_URL),
      hostHeader: environment.BACKEND_HOST_HEADER,
      connectTimeoutMs: milliseconds(environment.BACKEND_CONNECT_TIMEOUT_SECS),
      firstByteTimeoutMs: milliseconds(environment.BACKEND_TIMEOUT_SECS),
      idleTimeoutMs: milliseconds(environment.BACKEND_IDLE_TIMEOUT_SECS),
      dialect: environment.BACKEND_DIALECT,
      maxConnections: environment.BACKEND_MAX_CONNECTIONS,
      forwardHeaders: environment.FORWARD_HEADERS,
    },
    models: { refreshIntervalMs: milliseconds(environment.MODELS_REFRESH_SECS) },
    limits: {
      bodyBytes: environment.MAX_BODY_BYTES,
      inputItems: environment.MAX_INPUT_ITEMS,
      inputBytes: environment.MAX_INPUT_BYTES,
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
    truncation: { contextTokens: environment.MODEL_CONTEXT_TOKENS },
    store: {
      url: environment.STORE_URL,
      secret: environment.STORE_SECRET,
      ttlMs: milliseconds(environment.STORE_TTL_SECS),
      maxBytes: environment.STORE_MAX_BYTES,
      sealed: environment.STORE_SEAL,
    },
    sealing: { keys: environment.SEAL_KEYS },
    streaming: {
      openAfterMs: milliseconds(environment.STREAM_OPEN_AFTER_SECS),
      heartbeatMs: milliseconds(environment.HEARTBEAT_SECS),
    },
    logging: {
      level: environment.LOG_LEVEL,
      dumps: {
        enabled: environment.ENABLE_LOG_VOLUME,
        directory: environment.LOG_DIR,
        maxBytes: environment.LOG_VOLUME_MAX_BYTES,
      },
    },
  };
}
