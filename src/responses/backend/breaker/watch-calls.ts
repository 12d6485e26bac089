import { Observable, type Subscriber } from 'rxjs';
import { PassingSubscriber } from '../passing/passing-subscriber.js';
import type { CallWatch } from './breaker-call.js';

class WatchedSubscriber<T> extends PassingSubscriber<T> {
  constructor(
    subscriber: Subscriber<T>,
    private readonly call: CallWatch,
  ) {
    super(subscriber);
    this.add(() => {
      call.abandoned();
    });
  }

  override error(error: unknown): void {
    this.call.failed(error);
    super.error(error);
  }

  override complete(): void {
    this.call.ended();
    super.complete();
  }

  protected override begun(): void {
    this.call.answered();
  }
}

/** Lets a watch hear what becomes of a source. Each subscription is one call, and `begin` may refuse it with an error. */
export function watchCalls<T>(source: Observable<T>, begin: () => CallWatch): Observable<T> {
  return new Observable((subscriber) => {
    source.subscribe(new WatchedSubscriber(subscriber, begin()));
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
