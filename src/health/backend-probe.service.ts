import { Injectable } from '@nestjs/common';
import type { Backend } from '../responses/backend/backend.js';
import { operator } from '../responses/backend/calls/backend-calls.js';
import { Backends } from '../responses/backend/routes/backends.service.js';

/** Probes of several kubelets and load balancers share one call for so many milliseconds. */
const answerAgeMs = 5_000;
const longestWaitMs = 3_000;

/** Asks the backends' model lists whether one of them is there. Any answer below 500 counts: a 401 comes from a living server. */
@Injectable()
export class BackendProbe {
  private last: { at: number; reachable: Promise<boolean> } | undefined;

  constructor(private readonly backends: Backends) {}

  isReachable(): Promise<boolean> {
    const now = performance.now();
    if (this.last === undefined || now - this.last.at > answerAgeMs) {
      this.last = { at: now, reachable: this.askAll() };
    }
    return this.last.reachable;
  }

  private async askAll(): Promise<boolean> {
    const answers = await Promise.all(this.backends.all.map(ask));
    return answers.includes(true);
  }
}

function ask({ calls, http }: Backend): Promise<boolean> {
  const call = calls.models(operator);
  return new Promise((resolve) => {
    const exchange = http.start(
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
