import { FlagSetting, HttpUrl, Seconds, TextSetting, WholeNumber } from './environment-rules.js';

/** Declares how an operator sees what the service does, beside its log. */
export class ObservingEnvironment {
  // Metrics and traces
  @WholeNumber(0, 65_535)
  METRICS_PORT?: number;

  @HttpUrl()
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @TextSetting(/^[A-Za-z0-9._/-]{1,255}$/, 'must be a plain name')
  OTEL_SERVICE_NAME = 'responses-proxy';

  @Seconds(0, 1)
  OTEL_TRACES_SAMPLER_ARG = 1;

  // Inspector
  @FlagSetting()
  INSPECTOR = false;

  @TextSetting(/^[\x21-\x7e]{16,1000}$/, 'must be at least 16 visible ASCII characters long')
  INSPECTOR_KEY?: string;
}
