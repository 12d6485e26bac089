import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Subject, type Observable } from 'rxjs';
import { shuttingDown } from '../common/gate-errors.js';
import { SETTINGS, type Settings } from '../config/settings.js';

/** The last events of streams that are ended here have so long to reach their clients. */
const farewellMs = 1_000;

/** Clients may send requests on a connection whose answer has just ended for so long: they get the 503, not a closed connection. */
const lingerMs = 250;

/**
 * Leads the way out: after SIGTERM new requests are refused (503) while open ones finish, for SHUTDOWN_GRACE_SECS at most; what
 * is left then ends with `response.failed`. Only after this does the HTTP server close.
 */
@Injectable()
export class DrainService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(DrainService.name);
  private readonly cut = new Subject<never>();
  private open = 0;
  private draining = false;
  private whenIdle: (() => void) | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  get isDraining(): boolean {
    return this.draining;
  }

  /** Errors with `server_shutting_down` when the grace is over, at once for those who come later, and never emits. */
  readonly cutOff: Observable<never> = this.cut.asObservable();

  /**
   * Counts a piece of work that the shutdown waits for, until the returned function is called. Who takes it on counts it,
   * once: an HTTP request, a WebSocket connection, a background run; what these call does not count again.
   */
  track(): () => void {
    this.open += 1;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.open -= 1;
      if (this.open === 0) this.whenIdle?.();
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { shutdownGraceMs } = this.settings.server;
    const wasBusy = this.open > 0;
    this.draining = true;
    (this.adapterHost.httpAdapter.getHttpServer() as Server).closeIdleConnections();
    this.logger.log(
      `Shutting down: ${this.open} requests and background runs may finish in ${shutdownGraceMs} ms`,
    );
    await this.idle(shutdownGraceMs);
    if (this.open > 0)
      this.logger.warn(`Ending ${this.open} requests and background runs that have not finished`);
    this.cut.error(shuttingDown());
    await this.idle(farewellMs);
    if (wasBusy) await wait(lingerMs);
  }

  private idle(longestMs: number): Promise<void> {
    if (this.open === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, longestMs);
      this.whenIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
