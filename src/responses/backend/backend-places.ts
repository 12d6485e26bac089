import { Observable } from 'rxjs';
import { backendFull } from '../../common/gate-errors.js';

const nothing = (): void => undefined;

/** Bounds the answers that one backend works on at once (`maxConcurrentStreams`). Those beyond are refused, with a wait. */
export class BackendPlaces {
  private taken = 0;

  constructor(private readonly limit: number | undefined) {}

  get isFull(): boolean {
    return this.limit !== undefined && this.taken >= this.limit;
  }

  /** Gives the way to leave the place, once. @throws ApiError 503 where there is none. */
  take(): () => void {
    if (this.limit === undefined) return nothing;
    if (this.isFull) throw backendFull();
    this.taken += 1;
    return () => {
      this.taken -= 1;
    };
  }

  /** Takes a place until the source is over or given up. */
  hold<T>(source: Observable<T>): Observable<T> {
    if (this.limit === undefined) return source;
    return new Observable((subscriber) => {
      subscriber.add(this.take());
      source.subscribe(subscriber);
    });
  }
}
