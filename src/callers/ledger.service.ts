import { Inject, Injectable } from '@nestjs/common';
import { RESPONSE_STORE, type ResponseStore } from '../store/response-store.port.js';
import { StoreCloser } from '../store/store-closer.service.js';

/** One number that all replicas count together. */
export interface Counter {
  readonly key: string;
  readonly keepMs: number;
  /** The store held so much when it was last asked. */
  known: number;
  /** What this process has added since. */
  unsent: number;
  /** What is on its way to the store, to be decided on there. */
  waiting: number;
  /** In milliseconds of `performance.now`, which no change of the clock moves. */
  askedAt: number;
}

export interface Charge {
  counter: Counter;
  /** May be 0: then it is only asked whether the limit is reached. */
  amount: number;
  /** Undefined only counts. */
  limit: number | undefined;
}

interface Ticket {
  charges: readonly Charge[];
  /** Gets the place of the charge whose limit is reached, or -1. */
  decide: (refused: number) => void;
}

/** What others have counted is known at most so long ago. */
const freshMs = 1_000;

/** A process lets in this share of a limit before it asks the store again. */
const ownShare = 1 / 20;

/** A store that failed is left alone for so long, while each process counts for itself. */
const pauseMs = 5_000;

const mostCounters = 100_000;

/**
 * Counts what callers use, in the store, over all replicas. A charge is decided on here, without the store, as long as what this
 * process has let in since it last asked is a twentieth of the limit at most and a second old; otherwise the store is asked, with
 * all charges that wait in one call. What is only counted is sent once a second.
 */
@Injectable()
export class Ledger {
  private readonly counters = new Map<string, Counter>();
  private readonly changed = new Set<Counter>();
  private tickets: Ticket[] = [];
  private sending: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pausedUntil = 0;

  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    closer: StoreCloser,
  ) {
    closer.beforeClose(() => this.flush());
  }

  /** Gives the counter of this key; it is forgotten by the store when it has not changed for so long. */
  counter(key: string, keepMs: number): Counter {
    let counter = this.counters.get(key);
    if (counter === undefined) {
      counter = { key, keepMs, known: 0, unsent: 0, waiting: 0, askedAt: -Infinity };
      if (this.counters.size >= mostCounters) this.forgetSome();
      this.counters.set(key, counter);
    }
    return counter;
  }

  /** Gives what a counter holds, as far as this process knows; undefined where it has never counted. */
  valueOf(key: string): number | undefined {
    const counter = this.counters.get(key);
    return counter === undefined ? undefined : counter.known + counter.unsent;
  }

  /** Reads counters of all replicas, with what this process has not sent yet. */
  async read(keys: readonly string[]): Promise<number[]> {
    const values = await this.store.counters.read(keys);
    return keys.map((key, index) => (values[index] ?? 0) + (this.counters.get(key)?.unsent ?? 0));
  }

  /** Adds without asking. */
  add(counter: Counter, amount: number): void {
    if (amount === 0) return;
    counter.unsent += amount;
    this.note(counter);
  }

  /** Charges all of them, or gives the one whose limit is reached, and charges nothing then. */
  take<One extends Charge>(charges: readonly One[]): One | undefined | Promise<One | undefined> {
    const now = performance.now();
    const limited = charges.filter(({ limit }) => limit !== undefined);
    const refused = limited.find((charge) => isFresh(charge, now) && isReached(charge));
    if (refused !== undefined) return refused;
    if (now < this.pausedUntil || limited.every((charge) => mayDecide(charge, now)))
      return charges[this.decideHere(charges)];
    return new Promise((resolve) => {
      const decide = (place: number): void => {
        resolve(charges[place]);
      };
      for (const { counter, amount } of charges) counter.waiting += amount;
      this.tickets.push({ charges, decide });
      void this.flush();
    });
  }

  /** Sends everything that the store does not have yet. It never rejects. */
  async flush(): Promise<void> {
    while (this.sending !== undefined) await this.sending;
    if (this.changed.size === 0 && this.tickets.length === 0) return;
    this.sending = this.send().finally(() => {
      this.sending = undefined;
    });
    await this.sending;
  }

  private decideHere(charges: readonly Charge[]): number {
    const refused = charges.findIndex(isReached);
    if (refused < 0) for (const { counter, amount } of charges) this.add(counter, amount);
    return refused;
  }

  private async send(): Promise<void> {
    const { tickets } = this;
    this.tickets = [];
    const asked = new Map<Counter, number>();
    for (const counter of this.changed) asked.set(counter, 0);
    for (const { counter, amount } of tickets.flatMap(({ charges }) => charges))
      asked.set(counter, (asked.get(counter) ?? 0) + amount);
    this.changed.clear();
    const sent = [...asked].map(([counter, waiting]) => ({
      counter,
      waiting,
      own: counter.unsent,
    }));
    try {
      const changes = sent.map(({ counter: { key, keepMs }, waiting, own }) => ({
        key,
        add: own + waiting,
        keepMs,
      }));
      const values = await this.store.counters.add(changes);
      for (const [index, { counter, waiting, own }] of sent.entries()) {
        counter.unsent -= own;
        counter.known = (values[index] ?? 0) - waiting;
        counter.askedAt = performance.now();
      }
    } catch {
      // StoreMonitor has logged and counted it. Nothing is lost; until the store is back each process goes by what it knows.
      this.pausedUntil = performance.now() + pauseMs;
      for (const { counter } of sent) this.note(counter);
      for (const { counter, waiting } of sent) counter.waiting -= waiting;
      for (const { charges, decide } of tickets) decide(this.decideHere(charges));
      return;
    }
    for (const ticket of tickets) this.decideBehind(ticket);
    for (const { counter, waiting } of sent) counter.waiting -= waiting;
  }

  /** The store has the amounts already, in this order, and gets back what is refused. */
  private decideBehind({ charges, decide }: Ticket): void {
    const refused = charges.findIndex(isReached);
    for (const { counter, amount } of charges) {
      counter.known += amount;
      if (refused >= 0) this.add(counter, -amount);
    }
    decide(refused);
  }

  private note(counter: Counter): void {
    this.changed.add(counter);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, freshMs).unref();
  }

  /** Those that have nothing to send are known by the store. */
  private forgetSome(): void {
    for (const [key, counter] of this.counters) {
      if (counter.waiting !== 0 || this.changed.has(counter) || counter.unsent !== 0) continue;
      this.counters.delete(key);
      if (this.counters.size <= mostCounters / 2) return;
    }
  }
}

function isReached({ counter, limit }: Charge): boolean {
  return limit !== undefined && counter.known + counter.unsent >= limit;
}

function isFresh({ counter }: Charge, now: number): boolean {
  return now - counter.askedAt < freshMs;
}

function mayDecide(charge: Charge, now: number): boolean {
  const { counter, amount, limit = Infinity } = charge;
  const isWithin = counter.waiting === 0 && counter.unsent + amount <= limit * ownShare;
  return isWithin && isFresh(charge, now);
}
