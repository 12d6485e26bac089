import { catchError, defer, throwError, throwIfEmpty, type Observable } from 'rxjs';
import { backendStreamBroken } from '../../common/error-table.js';
import type { BackendTarget } from '../backend/backend.js';
import { fallsBack } from '../backend/routes/falls-back.js';
import type { RoutePlan } from '../backend/routes/route-plan.js';

export interface TargetTrial<T> {
  /** One call. `answerBy` is set where another target could be asked instead. */
  ask: (target: BackendTarget, answerBy: number | undefined) => Observable<T>;
  /** The client has been shown something of an answer. */
  hasAnswered: () => boolean;
  /** The request is made ready for the next target. False where it cannot be said there. */
  moveTo: (target: BackendTarget, error: unknown) => boolean;
  now: () => number;
}

/**
 * The answer of the first target that gives one. The next target is asked only before anything of an answer was shown,
 * and only for what another backend can do better. All attempts share one time limit; each but the last has a fair part.
 * A second subscription, which an empty answer leads to, stays with the target that gave it.
 */
export function tryTargets<T>(
  { targets, limits, onContextOverflow }: RoutePlan,
  trial: TargetTrial<T>,
): Observable<T> {
  let index = 0;
  let startedAt: number | undefined;

  const answerBy = (target: BackendTarget): number | undefined => {
    if (targets.length === 1) return undefined;
    const now = trial.now();
    const left = limits.timeoutMs - (now - (startedAt ??= now));
    const own = target.backend.settings.backend.firstByteTimeoutMs;
    const asked = Math.min(targets.length, limits.attempts) - index;
    return now + (own < left ? own : left / Math.max(1, asked));
  };
  const next = (target: BackendTarget, error: unknown): boolean => {
    const isOver = trial.now() - (startedAt ?? 0) >= limits.timeoutMs;
    if (trial.hasAnswered() || isOver) return false;
    while (index + 1 < Math.min(targets.length, limits.attempts)) {
      const candidate = targets[index + 1];
      if (candidate === undefined) return false;
      const rules = { from: target, to: candidate, longestWaitMs: limits.longestWaitMs };
      if (!fallsBack(error, { ...rules, onContextOverflow })) return false;
      index += 1;
      if (trial.moveTo(candidate, error)) return true;
    }
    return false;
  };
  const attempt = (): Observable<T> =>
    defer(() => {
      const target = targets[index] ?? targets[0];
      const answer = trial.ask(target, answerBy(target));
      const isLast = index + 1 >= targets.length;
      const whole = isLast ? answer : answer.pipe(throwIfEmpty(saidNothing));
      return whole.pipe(
        catchError((error: unknown) => (next(target, error) ? attempt() : throwError(() => error))),
      );
    });
  return attempt();
}

function saidNothing(): Error {
  return backendStreamBroken('The backend ended its stream without a finish reason.');
}
