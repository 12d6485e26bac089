import { Subscriber } from 'rxjs';

/**
 * Hands the values of a source on, for who wants to know how it begins and ends. Each chunk of each stream passes several of
 * these: one call for each, where an operator of RxJS takes five.
 */
export class PassingSubscriber<T> extends Subscriber<T> {
  protected hasEmitted = false;

  constructor(protected readonly taker: Subscriber<T>) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- RxJS has no other way to take part in a subscription.
    super(taker);
  }

  override next(value: T): void {
    if (!this.hasEmitted) {
      this.hasEmitted = true;
      this.begun();
    }
    this.taker.next(value);
  }

  /** The first value is about to be handed on. */
  protected begun(): void {
    // Most have nothing to do with it.
  }
}
