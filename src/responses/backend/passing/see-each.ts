import { Observable, type Subscriber } from 'rxjs';
import { PassingSubscriber } from './passing-subscriber.js';

class SeeingSubscriber<T> extends PassingSubscriber<T> {
  constructor(
    subscriber: Subscriber<T>,
    private readonly see: (value: T) => void,
  ) {
    super(subscriber, true);
  }

  override next(value: T): void {
    try {
      this.see(value);
    } catch (error) {
      this.error(error);
      return;
    }
    super.next(value);
  }
}

/** Shows the values of a source to somebody before they go on. What `see` throws ends them, as an error of theirs. */
export function seeEach<T>(source: Observable<T>, see: (value: T) => void): Observable<T> {
  return new Observable((subscriber) => {
    source.subscribe(new SeeingSubscriber(subscriber, see));
  });
}
