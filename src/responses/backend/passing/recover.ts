import { Observable, type Subscriber } from 'rxjs';
import { PassingSubscriber } from './passing-subscriber.js';

/** @throws what the failure is to be in its place. */
type Instead<T> = (error: unknown, hasEmitted: boolean) => Observable<T>;

class RecoveringSubscriber<T> extends PassingSubscriber<T> {
  constructor(
    subscriber: Subscriber<T>,
    private readonly instead: Instead<T>,
  ) {
    super(subscriber);
  }

  override error(error: unknown): void {
    if (this.closed) return;
    this.unsubscribe();
    try {
      this.instead(error, this.hasEmitted).subscribe(this.taker);
    } catch (failure) {
      this.taker.error(failure);
    }
  }
}

/** Goes on with what `instead` gives where a source fails. */
export function recover<T>(source: Observable<T>, instead: Instead<T>): Observable<T> {
  return new Observable((subscriber) => {
    source.subscribe(new RecoveringSubscriber(subscriber, instead));
  });
}
