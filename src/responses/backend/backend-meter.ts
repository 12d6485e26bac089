import { ApiError } from '../../common/api-error.js';
import type { BackendMetrics, CallResult } from '../../metrics/backend.metrics.js';
import type { CallWatch } from './breaker/breaker-call.js';
import type { ModelCatalog } from './models/model-catalog.js';

/** Counts the calls of one backend, by model. */
export class BackendMeter {
  constructor(
    private readonly backend: string,
    private readonly catalog: Pick<ModelCatalog, 'isListed'>,
    private readonly metrics: BackendMetrics,
  ) {
    metrics.backendKnown(backend);
  }

  /** Hears of one attempt. A client may name any model, so that only one that is listed, or that answers, is told apart. */
  callBegan(model: string): CallWatch {
    const { backend, metrics } = this;
    let isReal = this.catalog.isListed(model);
    let isOver = false;
    const firstByte = metrics.timeFirstByte();
    let hasAnswered = false;
    const count = (result: CallResult): void => {
      if (isOver) return;
      isOver = true;
      metrics.callEnded(metrics.labelsOf(backend, model, isReal), result);
    };
    return {
      answered: () => {
        if (hasAnswered) return;
        hasAnswered = true;
        isReal = true;
        firstByte(metrics.labelsOf(backend, model, isReal));
      },
      ended: () => {
        count('completed');
      },
      failed: (error) => {
        if (isOver) return;
        if (error instanceof ApiError) metrics.callFailed(error);
        count(error instanceof ApiError && error.status < 500 ? 'refused' : 'failed');
      },
      abandoned: () => {
        count('aborted');
      },
    };
  }

  /** A request went on from here to the next target. */
  fellBack(error: ApiError): void {
    this.metrics.fellBack(this.backend, error);
  }
}
