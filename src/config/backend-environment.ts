import { backendApis, type BackendApi } from './backend-url.js';
import { EgressEnvironment } from './egress-environment.js';
import {
  FlagSetting,
  ForwardableHeaders,
  HttpUrl,
  OneOfSetting,
  Seconds,
  TextSetting,
  WholeNumber,
} from './environment-rules.js';

/** Declares where the backends are and how they are called. */
export class BackendEnvironment extends EgressEnvironment {
  // Backend
  @HttpUrl()
  BACKEND_URL = 'https://llm.chutes.ai/v1/chat/completions';

  @WholeNumber(1, 86_400)
  BACKEND_TIMEOUT_SECS = 600;

  @WholeNumber(1, 3_600)
  BACKEND_CONNECT_TIMEOUT_SECS = 10;

  @WholeNumber(1, 86_400)
  BACKEND_IDLE_TIMEOUT_SECS = 300;

  @TextSetting(/^[a-z0-9][a-z0-9_.-]{0,63}$/, 'must be auto or the name of a dialect')
  BACKEND_DIALECT = 'auto';

  @OneOfSetting(backendApis)
  BACKEND_API: BackendApi = 'chat';

  @TextSetting(/^[^\0]{1,4096}$/, 'must be the path of a file')
  BACKEND_PROFILES?: string;

  @TextSetting(/^[^\0]{1,4096}$/, 'must be the path of a file')
  BACKENDS_FILE?: string;

  @TextSetting(/^[A-Za-z0-9.[\]_-]+(:\d{1,5})?$/, 'must be a host name, with or without a port')
  BACKEND_HOST_HEADER?: string;

  @WholeNumber(1, 65_536)
  BACKEND_MAX_CONNECTIONS = 1024;

  @ForwardableHeaders()
  FORWARD_HEADERS: readonly string[] = [];

  @WholeNumber(1, 86_400)
  MODELS_REFRESH_SECS = 60;

  @TextSetting(/^[\x21-\x7e]{8,1000}$/, 'must be at least 8 visible ASCII characters long')
  BACKEND_API_KEY?: string;

  @WholeNumber(0, 10)
  BACKEND_RETRIES = 1;

  @FlagSetting()
  ENABLE_CIRCUIT_BREAKER = true;

  @WholeNumber(1, 1_000)
  BREAKER_FAILURES = 5;

  @Seconds(0.1, 3_600)
  BREAKER_OPEN_SECS = 30;
}
