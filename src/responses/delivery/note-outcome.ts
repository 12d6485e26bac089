import { errorOutcome } from '../../common/error-outcome.js';
import type { RequestOutcome } from '../../logging/request-outcome.js';
import type { PreparedResponse } from '../pipeline/response-pipeline.service.js';

/** Notes what became of a response. It must be called before the reply ends, since its end writes the log line. */
export function noteOutcome(
  { translation, overruled }: PreparedResponse,
  outcome: RequestOutcome,
): void {
  const { response, failure } = overruled?.() ?? translation.stream;
  outcome.warnings = translation.allWarnings();
  if (failure !== undefined) Object.assign(outcome, errorOutcome(failure));
  if (response === undefined) return;
  outcome.responseStatus = response.status;
  outcome.usage = response.usage;
  outcome.outputItems = response.output.length;
}
