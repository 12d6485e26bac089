import type { ApiError } from '../../../common/api-error.js';

/** A message waits for its turn, or it gets none, and the error says why. */
export type Waiting = Buffer | ApiError;

export interface LaneOptions {
  /** So many lanes run at the same time; further ones wait for the end of one. */
  most: number;
  /** Tells whether another turn may begin. */
  mayRun: () => boolean;
  run: (message: Waiting) => Promise<void>;
  /** Is called when nothing runs any more. */
  onIdle: () => void;
}

/**
 * Runs the turns of one connection. Those of one lane (OpenAI's `stream_id`; messages without one share a lane) run one after
 * another in their order, lanes side by side.
 */
export class TurnLanes {
  private readonly lanes = new Map<string, Waiting[]>();
  private readonly notBegun: string[] = [];
  private running = 0;
  private count = 0;

  constructor(private readonly options: LaneOptions) {}

  get waiting(): number {
    return this.count;
  }

  get isIdle(): boolean {
    return this.running === 0;
  }

  add(lane: string, message: Waiting): void {
    this.count += 1;
    const queue = this.lanes.get(lane);
    if (queue !== undefined) {
      queue.push(message);
      return;
    }
    this.lanes.set(lane, [message]);
    if (this.running < this.options.most) void this.runLane(lane);
    else this.notBegun.push(lane);
  }

  clear(): void {
    for (const queue of this.lanes.values()) queue.length = 0;
    this.notBegun.length = 0;
    this.count = 0;
  }

  private async runLane(lane: string): Promise<void> {
    this.running += 1;
    const queue = this.lanes.get(lane) ?? [];
    while (this.options.mayRun()) {
      const next = queue.shift();
      if (next === undefined) break;
      this.count -= 1;
      await this.options.run(next);
    }
    this.lanes.delete(lane);
    this.running -= 1;
    const following = this.options.mayRun() ? this.notBegun.shift() : undefined;
    if (following !== undefined) void this.runLane(following);
    else if (this.running === 0) this.options.onIdle();
  }
}
