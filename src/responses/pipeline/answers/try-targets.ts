import { defer, throwIfEmpty, type Observable } from 'rxjs';
import { backendStreamBroken } from '../../../common/error-table.js';
import type { BackendTarget } from '../../backend/backend.js';
import { recover } from '../../backend/passing/recover.js';
import { attemptMs } from '../../backend/routes/attempt-ms.js';
import { fallsBack } from '../../backend/routes/falls-back.js';
import type { RoutePlan } from '../../backend/routes/route-plan.js';

export interface TargetTrial<T> {
  /** Makes one call. `answerBy` is set where the route has several targets; behind the last one no other is asked. */
  ask: (target: BackendTarget, answerBy: number | undefined, isLast: boolean) => Observable<T>;
  /** The client has been shown something of an answer. */
  hasAnswered: () => boolean;
  /** Makes the request ready for the next target, and gives false where it cannot be said there. */
  moveTo: (target: BackendTarget, error: unknown, from: BackendTarget) => boolean;
  now: () => number;
}

/**
 * Gives the answer of the first target that has one. The next target is asked only before anything of an answer was shown,
 * and only for what another backend can do better. All attempts share one time limit; each but the last has a fair part.
 * A second subscription, which an empty answer leads to, stays with the target that gave it.
 */
export function tryTargets<T>(plan: RoutePlan, trial: TargetTrial<T>): Observable<T> {
  const { targets, limits } = plan;
  let index = 0;
  let startedAt: number | undefined;

  const answerBy = (): number | undefined => {
    if (targets.length === 1) return undefined;
    const now = trial.now();
    return now + attemptMs(plan, index, now - (startedAt ??= now));
  };
  const next = (target: BackendTarget, error: unknown): boolean => {
    const isOver = trial.now() - (startedAt ?? 0) >= limits.timeoutMs;
    if (trial.hasAnswered() || isOver) return false;
    while (index + 1 < Math.min(targets.length, limits.attempts)) {
      const candidate = targets[index + 1];
      if (candidate === undefined) return false;
      if (!fallsBack(error, target, candidate, plan)) return false;
      index += 1;
      if (trial.moveTo(candidate, error, target)) return true;
    }
    return false;
  };
  const attempt = (): Observable<T> =>
    defer(() => {
      const target = targets[index] ?? targets[0];
      const isLast = index + 1 >= Math.min(targets.length, limits.attempts);
      const answer = trial.ask(target, answerBy(), isLast);
      const whole = isLast ? answer : answer.pipe(throwIfEmpty(saidNothing));
      return recover(whole, (error) => {
        if (next(target, error)) return attempt();
        throw error;
      });
    });
  return attempt();
}

function saidNothing(): Error {
  return backendStreamBroken('The backend ended its stream without a finish reason.');
}
