import { defer, type Observable } from 'rxjs';
import { wholeChunk, type ChatChunk } from '../../../contracts/chat/chunk.js';
import type { BackendRequest } from '../../../contracts/backend-request.js';
import type { RequestObserver } from '../../../logging/request-observer.port.js';
import type { BackendTarget } from '../../backend/backend.js';
import { seeEach } from '../../backend/passing/see-each.js';
import type { ResponseCall } from '../call/response-call.js';
import type { Translation } from '../translation/translation.js';

interface Observed {
  sent: BackendRequest;
  target: BackendTarget;
  asking: { call: ResponseCall; translation: Pick<Translation, 'trace'> };
}

/** Shows an observer what goes to a backend and what comes back. */
export function observedAnswer(
  answer: Observable<ChatChunk[]>,
  observer: RequestObserver,
  { sent, target: { backend, model }, asking: { call, translation } }: Observed,
): Observable<ChatChunk[]> {
  const { outcome } = call;
  const { trace } = translation;
  return defer(() => {
    observer.sent(outcome, {
      backend: backend.name,
      model,
      request: sent,
      trace,
      dialect: () => backend.dialects.explain(model),
    });
    return seeEach(answer, (chunks) => {
      observer.chunks(outcome, chunks.map(wholeChunk));
    });
  });
}
