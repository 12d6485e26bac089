import { stateOfFile } from './small-file.js';

const pauseMs = 1_000;

/**
 * Looks at a file once a second and says when it is another one. It reads the file instead of waiting for the system's notices:
 * Kubernetes swaps a link above the file, of which a watch on the file hears nothing.
 */
export class FileWatch {
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  /** The state that was read last, whatever became of it. */
  private tried: string | undefined;

  constructor(
    readonly path: string,
    private readonly changed: () => void,
  ) {}

  /** @param state is that of the file in force, as `stateOfFile` tells it. */
  start(state: string | undefined): void {
    this.tried = state;
    this.planLook();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** Says so now, as SIGHUP asks for, whatever the file holds. */
  async reload(): Promise<void> {
    this.use(await stateOfFile(this.path));
  }

  private use(state: string): void {
    if (this.isStopped) return;
    this.tried = state;
    this.changed();
  }

  /** A change counts when it is there at two looks: a file that is being written is not a wrong one. */
  private async look(before?: string): Promise<void> {
    const state = await stateOfFile(this.path);
    if (state === before && state !== this.tried) this.use(state);
    this.planLook(state);
  }

  private planLook(before?: string): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => void this.look(before), pauseMs).unref();
  }
}
