import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../common/clock.js';
import { BackendCalls } from '../responses/backend/backend-calls.service.js';
import { BackendHttp } from '../responses/backend/wire/backend-http.js';

/** Probes of several kubelets and load balancers share one call. Milliseconds. */
const answerAgeMs = 5_000;
const longestWaitMs = 3_000;

/** Asks the backend's model list whether it is there. Any answer below 500 counts: a 401 comes from a living server. */
@Injectable()
export class BackendProbe {
  private last: { at: number; reachable: Promise<boolean> } | undefined;

  constructor(
    private readonly calls: BackendCalls,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly http: BackendHttp,
  ) {}

  isReachable(): Promise<boolean> {
    const now = this.clock.now();
    if (this.last === undefined || now - this.last.at > answerAgeMs) {
      this.last = { at: now, reachable: this.ask() };
    }
    return this.last.reachable;
  }

  private ask(): Promise<boolean> {
    const call = this.calls.models(this.calls.operator);
    return new Promise((resolve) => {
      const exchange = this.http.start(
        { ...call, decode: false },
        {
          onStart: (status) => {
            clearTimeout(timer);
            resolve(status < 500);
          },
          onData: () => {
            exchange.release();
          },
          onEnd: () => undefined,
          onError: () => {
            clearTimeout(timer);
            resolve(false);
          },
        },
      );
      const timer = setTimeout(() => {
        exchange.abort();
        resolve(false);
      }, longestWaitMs);
    });
  }
}
