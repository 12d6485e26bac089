import type { OutgoingHttpHeaders } from 'node:http';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { overloaded } from '../common/gate-errors.js';
import { scrubSecrets } from '../logging/scrub-secrets.js';
import type { RecordedRequest } from './recording/recorded-request.js';
import { RequestRing } from './recording/request-ring.js';
import { summaryOf } from './views/summary.js';

const MOST_FOLLOWERS = 16;
/** Changes are told together, so often. */
const TELL_EVERY_MS = 200;
const BEAT_MS = 15_000;
/** A follower that has so much to take is gone, or as good as. */
const MOST_UNTAKEN_BYTES = 4 * 1024 * 1024;

/** Tells pages that are open of every request that begins, goes on or ends, as server-sent events. */
@Injectable()
export class LiveFeed implements BeforeApplicationShutdown {
  private readonly followers = new Set<FastifyReply>();

  constructor(private readonly ring: RequestRing) {}

  /** @throws ApiError 503 while too many follow. */
  follow({ raw }: FastifyRequest, reply: FastifyReply): void {
    if (this.followers.size >= MOST_FOLLOWERS) throw overloaded(BEAT_MS / 1000);
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as OutgoingHttpHeaders),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    this.followers.add(reply);
    const changed = new Map<string, RecordedRequest>();
    const write = (text: string): void => {
      if (reply.raw.writableLength > MOST_UNTAKEN_BYTES) reply.raw.destroy();
      else reply.raw.write(text);
    };
    let timer: NodeJS.Timeout | undefined;
    const unwatch = this.ring.watch((request) => {
      changed.set(request.id, request);
      timer ??= setTimeout(() => {
        timer = undefined;
        const summaries = [...changed.values()].map(summaryOf);
        changed.clear();
        write(`data: ${scrubSecrets(JSON.stringify(summaries))}\n\n`);
      }, TELL_EVERY_MS);
    });
    const beat = setInterval(() => {
      write(':\n\n');
    }, BEAT_MS);
    write(':\n\n');
    raw.socket.setNoDelay(true);
    reply.raw.once('close', () => {
      unwatch();
      clearInterval(beat);
      clearTimeout(timer);
      this.followers.delete(reply);
    });
  }

  beforeApplicationShutdown(): void {
    for (const reply of this.followers) reply.raw.end();
  }
}
