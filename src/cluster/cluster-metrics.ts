import cluster from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

const messageType = 'responses_proxy:metrics';
const timeoutMs = 6_000;

interface MetricsMessage {
  type: typeof messageType;
  id: number;
  text?: string;
}

function isMetricsMessage(message: unknown): message is MetricsMessage {
  return (message as MetricsMessage | null)?.type === messageType;
}

/** Runs in the primary, so that a worker that is scraped gets the sum over all workers. */
export function answerMetricsOfWorkers(): void {
  const aggregator = new AggregatorRegistry();
  cluster.on('message', (worker, message: unknown) => {
    if (!isMetricsMessage(message)) return;
    aggregator.clusterMetrics().then(
      (text) => {
        if (worker.isConnected()) worker.send({ ...message, text });
      },
      // A worker that died meanwhile has not answered, so the scrape runs into its timeout, and the next one works.
      () => undefined,
    );
  });
}

/** Runs in a worker and makes this registry part of the sum. */
export function contributeMetrics(registry: Registry): void {
  if (!cluster.isWorker) return;
  AggregatorRegistry.setRegistries(registry);
  // Its constructor begins to answer the primary.
  new AggregatorRegistry();
}

/** Tells whether the metrics are a sum over several processes. */
export function isOneOfSeveral(): boolean {
  return cluster.isWorker;
}

let lastId = 0;

/** Gives Prometheus' text of this process, or, in a worker, of all of them: a scrape meets any worker. */
export function readMetrics(registry: Registry): Promise<string> {
  if (!cluster.isWorker) return registry.metrics();
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer);
      process.off('message', onMessage);
    };
    const onMessage = (message: unknown): void => {
      if (!isMetricsMessage(message) || message.id !== id) return;
      finish();
      resolve(message.text ?? '');
    };
    const timer = setTimeout(() => {
      finish();
      reject(new Error('The workers did not give their metrics in time.'));
    }, timeoutMs);
    process.on('message', onMessage);
    process.send?.({ type: messageType, id } satisfies MetricsMessage);
  });
}
