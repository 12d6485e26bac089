import { describe, expect, it } from '@jest/globals';
import { concat, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { recover } from './recover.js';
import { seeEach } from './see-each.js';

/** Notes all that a source tells. */
function told(source: Observable<unknown>): unknown[] {
  const seen: unknown[] = [];
  source.subscribe({
    next: (value) => seen.push(value),
    error: (error: unknown) => seen.push(`failed: ${String(error)}`),
    complete: () => seen.push('complete'),
  });
  return seen;
}

const failing = (error: string): Observable<never> => throwError(() => error);

/** Tells a value and is never over; says whether it is still listened to. */
function open(): { source: Observable<string>; isHeard: () => boolean } {
  let heard = false;
  const source = new Observable<string>((subscriber) => {
    heard = true;
    subscriber.next('a');
    return () => {
      heard = false;
    };
  });
  return { source, isHeard: () => heard };
}

describe('recover', () => {
  it('hands on what a source tells that does not fail', () => {
    expect(told(recover(of(1, 2), () => of(3)))).toEqual([1, 2, 'complete']);
  });

  it('goes on with another source, and says whether the first had told anything', () => {
    const asked: unknown[] = [];
    const instead = (error: unknown, hasEmitted: boolean): Observable<string> => {
      asked.push([error, hasEmitted]);
      return of('other');
    };
    expect(told(recover(failing('x'), instead))).toEqual(['other', 'complete']);
    expect(told(recover(concat(of('a'), failing('y')), instead))).toEqual([
      'a',
      'other',
      'complete',
    ]);
    expect(asked).toEqual([
      ['x', false],
      ['y', true],
    ]);
  });

  it('fails with what is thrown in place of another source, once', () => {
    const source = recover(failing('x'), (error) => {
      throw new Error(`not ${String(error)}`);
    });
    expect(told(source)).toEqual(['failed: Error: not x']);
  });

  it('gives the failed source up before the next, and the one that runs when nobody listens', () => {
    const first = open();
    const fail = new Subject<never>();
    const second = open();
    const failsLater = new Observable<string>((subscriber) => {
      subscriber.add(first.source.subscribe(() => undefined));
      fail.subscribe(subscriber);
    });
    const subscription = recover(failsLater, () => {
      expect(first.isHeard()).toBe(false);
      return second.source;
    }).subscribe();
    expect(first.isHeard()).toBe(true);
    fail.error('x');
    expect(second.isHeard()).toBe(true);
    subscription.unsubscribe();
    expect(second.isHeard()).toBe(false);
  });

  it('does not ask for another source when nobody listens any more', () => {
    const late = new Subject<never>();
    let asked = 0;
    const subscription = recover(late, () => {
      asked += 1;
      return NEVER;
    }).subscribe();
    subscription.unsubscribe();
    late.error('x');
    expect(asked).toBe(0);
  });
});

describe('seeEach', () => {
  it('shows each value before it goes on, and how the source ends', () => {
    const order: unknown[] = [];
    const source = seeEach(concat(of(1, 2), failing('x')), (value) => order.push(`saw ${value}`));
    source.subscribe({ next: (value) => order.push(value), error: () => order.push('failed') });
    expect(order).toEqual(['saw 1', 1, 'saw 2', 2, 'failed']);
  });

  it('fails with what is thrown by who sees, and gives the source up', () => {
    const { source, isHeard } = open();
    const seen = told(
      seeEach(source, () => {
        throw new Error('blind');
      }),
    );
    expect(seen).toEqual(['failed: Error: blind']);
    expect(isHeard()).toBe(false);
  });
});

it('leaves nobody out of a chain who looks at all, and forgets no recovery', () => {
  const saw: unknown[] = [];
  const notRecovered = (error: unknown): never => {
    throw error;
  };
  const source = recover(concat(of(1, 2, 3), failing('x')), () => of(4, 5));
  const seen = seeEach(recover(source, notRecovered), (value) => saw.push(value));
  const whole = recover(
    recover(concat(seen, failing('y')), () => of(6, 7)),
    notRecovered,
  );
  expect(told(whole)).toEqual([1, 2, 3, 4, 5, 6, 7, 'complete']);
  expect(saw).toEqual([1, 2, 3, 4, 5]);
});
