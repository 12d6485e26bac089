import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK } from '../common/clock.js';
import type { Clock } from '../common/clock.js';
import { SETTINGS } from '../config/settings.js';
import type { Settings } from '../config/settings.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { DumpFolder } from './dump-folder.js';
import { DumpQueue } from './dump-queue.js';
import { scrubSecrets } from './scrub-secrets.js';
import { DONE_CHUNK, type ChatChunk } from '../contracts/chat/chunk.js';
import { withoutToolHeaders } from './without-tool-headers.js';

/** The time of so many requests is remembered, so that all files of one request share it. */
const maxStamps = 10_000;

/**
 * Writes the traffic to files, for debugging (ENABLE_LOG_VOLUME, LOG_DIR): four files per request,
 * `<time>_{request,backend_request}_<id>.json` and `<time>_{backend_stream,stream}_<id>.txt`. It never waits, and costs one
 * comparison when it is off. What the disk cannot take is dropped and counted. Keys are masked; everything else that a user said
 * is there.
 */
@Injectable()
export class TrafficDumpService implements OnApplicationShutdown {
  /** While it is off every method returns at once. */
  readonly enabled: boolean;
  private readonly queue: DumpQueue;
  private readonly stamps = new LRUCache<string, string>({ max: maxStamps });
  private behind = false;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly metrics: MetricsService,
    private readonly logger: PinoLogger,
  ) {
    const { enabled, directory, maxBytes } = settings.logging.dumps;
    const folder = new DumpFolder(directory, maxBytes);
    this.enabled = enabled;
    this.queue = new DumpQueue(
      async (name, text) => {
        await folder.append(name, text);
        this.behind = false;
      },
      (error) => {
        this.dropped(error);
      },
    );
  }

  /** Takes the client's body as it was parsed. */
  request(requestId: string, body: unknown): void {
    if (!this.enabled) return;
    this.stamp(requestId);
    this.add(requestId, 'request', 'json', JSON.stringify(withoutToolHeaders(body), null, 2));
  }

  /** Takes the chat request as it goes to the backend. */
  backendRequest(requestId: string, body: unknown): void {
    if (!this.enabled) return;
    this.add(requestId, 'backend_request', 'json', JSON.stringify(body, null, 2));
  }

  /** Takes chunks of the backend's answer as they were read, which become a line each. */
  backendChunks(requestId: string, chunks: readonly ChatChunk[]): void {
    if (!this.enabled) return;
    const lines = chunks.map((chunk) => (chunk === DONE_CHUNK ? '[DONE]' : JSON.stringify(chunk)));
    this.add(requestId, 'backend_stream', 'jsonl', lines.map((line) => `${line}\n`).join(''));
  }

  /** Takes a frame as it was written to the client. */
  event(requestId: string, frame: string): void {
    if (this.enabled) this.add(requestId, 'stream', 'txt', frame);
  }

  /** Resolves when everything so far is on the disk or lost. */
  async idle(): Promise<void> {
    await this.queue.idle();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.idle();
  }

  private add(requestId: string, kind: string, extension: string, text: string): void {
    const stamp = this.stamps.get(requestId) ?? this.stamp(requestId);
    const name = `${stamp}_${kind}_${requestId.replace(/[^\w.-]/g, '_')}.${extension}`;
    if (!this.queue.add(name, scrubSecrets(text))) this.dropped(new Error('The disk is behind.'));
  }

  /** Makes `20260131_235959.123`, in UTC. Each request gets a new one, also when a client repeats its id. */
  private stamp(requestId: string): string {
    const time = new Date(this.clock.now()).toISOString();
    const stamp = time.replace(/[-:Z]/g, '').replace('T', '_');
    this.stamps.set(requestId, stamp);
    return stamp;
  }

  /** Counts each loss, and says it once until something could be written again. */
  private dropped(reason: unknown): void {
    this.metrics.dumpsDropped(1);
    if (!this.behind) this.logger.warn({ err: reason }, 'dumps_dropped');
    this.behind = true;
  }
}
