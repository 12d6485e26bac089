import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ClockJumps } from '../../../common/clock-jumps.js';
import { CLOCK, type Clock } from '../../../common/clock.js';
import { RESPONSE_STORE, type ResponseStore } from '../../../store/response-store.port.js';
import { Replica } from '../recording/replica.service.js';
import { StoredResponsesService } from '../stored/stored-responses.service.js';

/** A lost process is noticed within leaseMs + roundMs: less than a minute. */
const leaseMs = 30_000;
const roundMs = 10_000;
const roundsPerSweep = 6;

/** Each batch has a hundred responses. */
const batchesPerRound = 50;

/** Keeps the lease of this process, fails what lost processes left behind, and sweeps the store. */
@Injectable()
export class LostRunsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private rounds = 0;
  /** Holds the owners of the runs that this process has given up, by id, until the store takes their end. */
  private readonly givenUp = new Map<string, string>();
  private readonly jumps: ClockJumps;

  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    private readonly replica: Replica,
    private readonly responses: StoredResponsesService,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.jumps = new ClockJumps(clock);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.round();
    this.timer = setInterval(() => void this.round(), roundMs).unref();
  }

  /** This comes no earlier, since the runs of this process may finish until then. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.store.runs.endLease(this.replica.id).catch(() => undefined);
  }

  /** Has a run of this process failed as soon as the store can be written again. Its lease lives on, so no other would do it. */
  giveUp(owner: string, id: string): void {
    this.givenUp.set(id, owner);
  }

  /** Never rejects: failures of the store are logged and counted by StoreMonitor, and the next round comes. */
  async round(): Promise<void> {
    try {
      // After an outage of the store, or a sleep of the machine, the others need a round to renew theirs, too.
      const lived = await this.store.runs.renewLease(this.replica.id, leaseMs);
      await this.failGivenUp();
      if (lived) await this.failOrphans();
      // What a clock that jumped ahead calls expired is there again when it comes back, unless it was deleted.
      if (this.rounds % roundsPerSweep === 0 && !this.jumps.isDoubtful()) await this.store.sweep();
      this.rounds += 1;
    } catch {
      return;
    }
  }

  private async failGivenUp(): Promise<void> {
    const message = 'The store was away for too long to keep this response.';
    for (const [id, owner] of [...this.givenUp]) {
      this.givenUp.delete(id);
      try {
        await this.responses.fail(owner, id, message);
      } catch {
        // It comes last in the next round, so that it does not hold up the others.
        this.givenUp.set(id, owner);
        return;
      }
    }
  }

  /** A run that cannot be ended, such as one sealed with a key that is gone, does not hold up the others. */
  private async failOrphans(): Promise<void> {
    const message = 'The server that worked on this response was lost.';
    for (let batch = 0; batch < batchesPerRound; batch += 1) {
      const orphans = await this.store.runs.orphans();
      const ended = await Promise.allSettled(
        orphans.map(({ owner, id }) => this.responses.fail(owner, id, message)),
      );
      if (!ended.some(({ status }) => status === 'fulfilled')) return;
    }
  }
}
