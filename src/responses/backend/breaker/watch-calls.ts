import { Observable } from 'rxjs';
import type { CallWatch } from './breaker-call.js';

/** Lets a watch hear what becomes of a source. Each subscription is one call, and `begin` may refuse it with an error. */
export function watchCalls<T>(source: Observable<T>, begin: () => CallWatch): Observable<T> {
  return new Observable((subscriber) => {
    const call = begin();
    let isSilent = true;
    const subscription = source.subscribe({
      next: (value) => {
        if (isSilent) {
          isSilent = false;
          call.answered();
        }
        subscriber.next(value);
      },
      error: (error: unknown) => {
        call.failed(error);
        subscriber.error(error);
      },
      complete: () => {
        call.ended();
        subscriber.complete();
      },
    });
    return () => {
      call.abandoned();
      subscription.unsubscribe();
    };
  });
}

/** Gives one watch for two who want to hear the same. */
export function watchBoth(one: CallWatch, other: CallWatch): CallWatch {
  return {
    answered: () => {
      one.answered();
      other.answered();
    },
    ended: () => {
      one.ended();
      other.ended();
    },
    failed: (error) => {
      one.failed(error);
      other.failed(error);
    },
    abandoned: () => {
      one.abandoned();
      other.abandoned();
    },
  };
}
