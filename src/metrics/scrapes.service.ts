import { Inject, Injectable } from '@nestjs/common';
import { Registry, type Metric, type OpenMetricsContentType } from 'prom-client';
import { isOneOfSeveral } from '../cluster/cluster-metrics.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { MetricsService } from './metrics.service.js';

const openMetrics = 'application/openmetrics-text';

/** Writes the metrics for who asks: with traces on, in the format that has room for their ids, if it is asked for. */
@Injectable()
export class Scrapes {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly metrics: MetricsService,
  ) {}

  /** @param accept is the header of who asks. */
  async read(accept = ''): Promise<{ contentType: string; text: string }> {
    const { registry } = this.metrics;
    // The sum of several processes has no exemplars.
    const isTraced = this.settings.tracing.endpoint !== undefined && !isOneOfSeveral();
    if (!isTraced || !accept.includes(openMetrics))
      return { contentType: registry.contentType, text: await this.metrics.read() };
    const open = openMetricsOf(registry);
    return { contentType: open.contentType, text: await open.metrics() };
  }
}

/** prom-client takes `_total` off the names of counters as it writes this format, and leaves them so: it gets a view of each metric. */
function openMetricsOf(registry: Registry): Registry<OpenMetricsContentType> {
  const open = new Registry<OpenMetricsContentType>();
  open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const metric of registry.getMetricsAsArray())
    open.registerMetric(Object.create(metric) as Metric);
  return open;
}
