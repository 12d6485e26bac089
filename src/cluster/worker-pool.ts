import cluster, { type Worker } from 'node:cluster';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import type { Logger } from 'pino';
import { readsFilesAgain } from '../config/reads-again.js';
import type { Settings } from '../config/settings.js';
import { answerMetricsOfWorkers } from './cluster-metrics.js';

/** More crashes than this within a minute are no accident: the service gives up, and whoever runs it sees that. */
const maxCrashes = 5;
const crashWindowMs = 60_000;

/** Makes secrets that each process would make for itself, and that all workers must share to open each other's state. */
function sharedSecrets({ sealing, store }: Settings): Record<string, string> {
  const secret = (): string => randomBytes(32).toString('hex');
  return {
    ...(sealing.keys.length === 0 ? { SEAL_KEYS: secret() } : {}),
    ...(store.secret === undefined ? { STORE_SECRET: secret() } : {}),
  };
}

/** Owns the port and serves nothing: it starts the workers (WEB_CONCURRENCY), replaces and stops them. */
export class WorkerPool {
  private readonly secrets: Record<string, string>;
  private crashTimes: number[] = [];
  private stopping = false;
  private exitCode = 0;

  constructor(
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {
    this.secrets = sharedSecrets(settings);
  }

  start(): void {
    const { workers } = this.settings.server;
    answerMetricsOfWorkers();
    cluster.on('exit', (worker, code, signal: string | null) => {
      this.exited(worker.process.pid, code, signal);
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        this.signalled(signal);
      });
    }
    if (readsFilesAgain(this.settings)) {
      process.on('SIGHUP', () => {
        for (const worker of liveWorkers()) worker.process.kill('SIGHUP');
      });
    }
    cluster.on('online', (worker) => {
      this.logger.info({ pid: worker.process.pid }, 'worker_started');
    });
    for (let count = 0; count < workers; count++) cluster.fork(this.secrets);
  }

  /** Passes the signal on. A second one is from someone who will not wait for the workers to drain. */
  private signalled(signal: 'SIGTERM' | 'SIGINT'): void {
    if (!this.stopping) {
      this.stop();
      return;
    }
    for (const worker of liveWorkers()) worker.process.kill('SIGKILL');
    process.exit(128 + constants.signals[signal]);
  }

  private stop(): void {
    this.stopping = true;
    for (const worker of liveWorkers()) worker.process.kill('SIGTERM');
  }

  private exited(pid: number | undefined, code: number, signal: string | null): void {
    if (this.stopping) {
      if (code !== 0) this.exitCode = 1;
    } else {
      this.replace(pid, code, signal);
    }
    if (this.stopping && liveWorkers().length === 0) process.exit(this.exitCode);
  }

  private replace(pid: number | undefined, code: number, signal: string | null): void {
    const now = performance.now();
    this.crashTimes = [...this.crashTimes.filter((time) => time > now - crashWindowMs), now];
    this.logger.error({ pid, code, signal }, 'worker_exited');
    if (this.crashTimes.length <= maxCrashes) {
      cluster.fork(this.secrets);
      return;
    }
    this.logger.fatal({ crashes: this.crashTimes.length }, 'workers_given_up');
    this.exitCode = 1;
    this.stop();
  }
}

function liveWorkers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter(
    (worker): worker is Worker => worker !== undefined && !worker.isDead(),
  );
}
