import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { addRequestSpans } from './request-spans.js';
import { ScrubbingProcessor } from './scrubbing-processor.js';
import { TracedBackend } from './traced-backend.js';
import type { Tracing } from '../responses/backend/tracing.port.js';

/** So many milliseconds are enough: a collector that is down must not hold up the exit. */
const exportTimeoutMs = 5_000;

export interface TracingOptions {
  endpoint: URL;
  serviceName: string;
  sampleRatio: number;
}

/** Traces with OpenTelemetry over OTLP/HTTP. Nothing is patched and nothing is global: the spans are those made here. */
export function createTracing({ endpoint, serviceName, sampleRatio }: TracingOptions): Tracing {
  // The specification appends the path of the signal to the base URL.
  const url = `${endpoint.href.replace(/(?<!\/)\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [
      new ScrubbingProcessor(),
      new BatchSpanProcessor({ exporter, exportTimeoutMillis: exportTimeoutMs }),
    ],
  });
  const tracer = provider.getTracer('responses-proxy');
  return {
    watchRequests: (server) => {
      addRequestSpans(server, tracer);
    },
    watchBackend: (backend) => new TracedBackend(backend, tracer),
    shutdown: () => provider.shutdown().catch(() => undefined),
  };
}
