import {
  FlagSetting,
  OneOfSetting,
  HostNames,
  Origins,
  Seconds,
  Secrets,
  TextSetting,
  WholeNumber,
} from './environment-rules.js';
import { StateEnvironment } from './state-environment.js';

const mebibyte = 1024 * 1024;

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/**
 * Declares every environment variable of the service, with its default and its rule; nothing else reads the environment.
 * `.env.sample` and docs/configuration.md list the same: environment.spec.ts compares the three.
 */
export class Environment extends StateEnvironment {
  // Server
  @TextSetting(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or an IP address')
  HOST = '127.0.0.1';

  @WholeNumber(0, 65_535)
  HOST_PORT = 8282;

  @WholeNumber(1, 256)
  WEB_CONCURRENCY = 1;

  @WholeNumber(1, 3_600)
  REQUEST_TIMEOUT_SECS = 60;

  @Seconds(0, 3_600)
  SHUTDOWN_GRACE_SECS = 30;

  @FlagSetting()
  READY_REQUIRES_BACKEND = false;

  // Access
  @Secrets()
  PROXY_API_KEYS: readonly string[] = [];

  @WholeNumber(0, 1_000_000)
  RATE_LIMIT_PER_MINUTE = 0;

  @HostNames()
  ALLOWED_HOSTS: readonly string[] = [];

  @Origins()
  CORS_ORIGINS: readonly string[] = [];

  // Load
  @WholeNumber(1, 1_000_000)
  MAX_CONNECTIONS = 10_000;

  @WholeNumber(1, 100_000)
  MAX_CONCURRENT_STREAMS = 1_000;

  @WholeNumber(0, 100_000)
  MAX_QUEUED_REQUESTS = 100;

  @Seconds(0.01, 3_600)
  MAX_QUEUE_WAIT_SECS = 5;

  @WholeNumber(16, 1_048_576)
  MAX_MEMORY_MB?: number;

  @WholeNumber(0, 1_000)
  STREAM_PACE_MS = 25;

  @Seconds(0, 1)
  STREAM_PACE_ABOVE = 0.3;

  // Logging
  @OneOfSetting(logLevels)
  LOG_LEVEL?: (typeof logLevels)[number];

  @TextSetting(/^.{1,1000}$/, 'must be at most 1000 characters long')
  RUST_LOG?: string;

  @FlagSetting()
  ENABLE_LOG_VOLUME = false;

  @TextSetting(/^[^\0]{1,4096}$/, 'must be the path of a folder')
  LOG_DIR = 'logs';

  @WholeNumber(mebibyte, 1024 * 1024 * mebibyte)
  LOG_VOLUME_MAX_BYTES = 100 * mebibyte;

  // Plugins
  @TextSetting(/^[^\0]{1,4096}$/, 'must be a comma-separated list of paths')
  PLUGINS?: string;

  @Seconds(0.01, 3_600)
  HOOK_TIMEOUT_SECS = 5;

  // Limits
  @WholeNumber(1024, 256 * mebibyte)
  MAX_BODY_BYTES = 10 * mebibyte;

  @WholeNumber(1, 1_000_000)
  MAX_INPUT_ITEMS = 1000;

  @WholeNumber(1, 256 * mebibyte)
  MAX_INPUT_BYTES = 5 * mebibyte;

  @WholeNumber(1024, 256 * mebibyte)
  MAX_HISTORY_BYTES = 16 * mebibyte;

  @WholeNumber(1, 256 * mebibyte)
  MAX_INSTRUCTIONS_BYTES = 100 * 1024;

  @WholeNumber(1, 100_000)
  MAX_TOOLS = 1024;

  @WholeNumber(8, 1000)
  MAX_JSON_DEPTH = 128;

  @WholeNumber(1024, 256 * mebibyte)
  MAX_STREAM_LINE_BYTES = 8 * mebibyte;

  @WholeNumber(1024, 256 * mebibyte)
  MAX_OUTPUT_BYTES = 32 * mebibyte;

  // Translation and streaming
  @TextSetting(/^[^\0]{1,4096}$/, 'must be the path of a folder')
  PROMPTS_DIR?: string;

  @FlagSetting()
  STRICT_TRANSLATION = false;

  @OneOfSetting(['summary', 'raw'])
  REASONING_FORMAT: 'summary' | 'raw' = 'summary';

  @Seconds(0, 3_600)
  STREAM_OPEN_AFTER_SECS = 10;

  @Seconds(0, 3_600)
  HEARTBEAT_SECS = 15;

  @WholeNumber(256, 100_000_000)
  MODEL_CONTEXT_TOKENS?: number;

  // Compose and Caddy. The service does not use them, but a mistake in them should show before Caddy starts.
  @TextSetting(/^[A-Za-z0-9.*:_-]{1,253}$/, 'must be a domain name')
  CADDY_DOMAIN = 'responses-proxy.chutes.ai';

  @WholeNumber(1, 65_535)
  CADDY_PORT = 443;

  @FlagSetting()
  CADDY_TLS = true;
}
