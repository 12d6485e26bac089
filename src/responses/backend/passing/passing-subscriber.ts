import { Subscriber } from 'rxjs';

/**
 * Hands the values of a source on, for who wants to know how it begins and ends. Each chunk of each stream passes several of
 * these, each of which would be fetched from memory for it: behind the first value they are left out, up to one that looks at all of them.
 */
export class PassingSubscriber<T> extends Subscriber<T> {
  protected hasEmitted = false;
  /** This takes the values behind the first. */
  onward: Subscriber<T>;

  constructor(
    protected readonly taker: Subscriber<T>,
    readonly looksAtAll = false,
  ) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- RxJS has no other way to take part in a subscription.
    super(taker);
    this.onward = taker;
  }

  override next(value: T): void {
    if (this.hasEmitted) {
      this.onward.next(value);
      return;
    }
    this.hasEmitted = true;
    this.begun();
    this.taker.next(value);
    this.onward = pastThoseWhoPass(this.taker);
  }

  /** The first value is about to be handed on. */
  protected begun(): void {
    // Most have nothing to do with it.
  }
}

function pastThoseWhoPass<T>(taker: Subscriber<T> | PassingSubscriber<T>): Subscriber<T> {
  return 'onward' in taker && !taker.looksAtAll ? taker.onward : taker;
}
