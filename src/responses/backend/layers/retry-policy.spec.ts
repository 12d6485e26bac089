import { describe, expect, it } from '@jest/globals';
import {
  backendRefused,
  backendStreamBroken,
  backendTimeout,
  backendUnreachable,
} from '../../../common/error-table.js';
import { backendSuspended } from '../../../common/gate-errors.js';
import type { ApiError } from '../../../common/api-error.js';
import type { ErrorCode } from '../../../common/error-codes.js';
import { RetryBudget } from './retry-budget.js';
import { retryDelay, type FailedAttempt } from './retry-policy.js';

const refused = (status: number, code: ErrorCode, retryAfterSeconds?: number): ApiError =>
  backendRefused('No.', {
    status,
    type: 'server_error',
    code,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });

const attempt = (error: unknown, more: Partial<FailedAttempt> = {}): FailedAttempt => ({
  error,
  number: 1,
  elapsedMs: 10,
  timeoutMs: 600_000,
  ...more,
});

describe('retryDelay', () => {
  it.each<[string, FailedAttempt, number | undefined, number | undefined]>([
    ['no connection', attempt(backendUnreachable(new Error())), 125, 250],
    ['the second attempt', attempt(backendUnreachable(new Error()), { number: 2 }), 250, 500],
    ['the tenth attempt', attempt(backendUnreachable(new Error()), { number: 10 }), 1000, 2000],
    ['503', attempt(refused(503, 'server_is_overloaded')), 125, 250],
    ['503 in 2 s', attempt(refused(503, 'server_is_overloaded', 2)), 2000, 2250],
    ['503 in 6 s', attempt(refused(503, 'server_is_overloaded', 6)), undefined, undefined],
    ['504', attempt(refused(504, 'backend_timeout')), 125, 250],
    ['429 in 1 s', attempt(refused(429, 'rate_limit_exceeded', 1)), 1000, 1250],
    ['429', attempt(refused(429, 'rate_limit_exceeded')), undefined, undefined],
    ['an empty account', attempt(refused(429, 'insufficient_quota', 1)), undefined, undefined],
    ['500', attempt(refused(500, 'backend_error')), undefined, undefined],
    ['400', attempt(refused(400, 'invalid_request')), undefined, undefined],
    ['a broken stream', attempt(backendStreamBroken('Cut.')), undefined, undefined],
    ['an open breaker', attempt(backendSuspended(30)), undefined, undefined],
    ['a bug', attempt(new TypeError()), undefined, undefined],
    [
      'after a long wait',
      attempt(refused(503, 'server_is_overloaded'), { elapsedMs: 15_001 }),
      undefined,
      undefined,
    ],
    [
      'when the time is used up',
      attempt(backendTimeout('Late.'), { elapsedMs: 1_000, timeoutMs: 1_000 }),
      undefined,
      undefined,
    ],
  ])('%s', (_name, failed, shortest, longest) => {
    expect(retryDelay(failed, 0)).toBe(shortest);
    expect(retryDelay(failed, 1)).toBe(longest);
  });
});

describe('RetryBudget', () => {
  it('gives a burst, then a fifth of the requests', () => {
    const budget = new RetryBudget();
    const takeAll = (): number => {
      let taken = 0;
      while (budget.take()) taken += 1;
      return taken;
    };
    expect(takeAll()).toBe(10);
    for (let count = 0; count < 20; count += 1) budget.requestStarted();
    expect(takeAll()).toBeGreaterThanOrEqual(3);
    for (let count = 0; count < 1000; count += 1) budget.requestStarted();
    expect(takeAll()).toBe(10);
  });
});
