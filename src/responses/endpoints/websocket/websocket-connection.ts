import type { RawData, WebSocket } from 'ws';
import { ApiError } from '../../../common/api-error.js';
import { connectionLimitReached, tooManyQueued } from '../../../common/error-table.js';
import type { ConnectionMemory } from './connection-memory.js';
import { toErrorMessage } from './error-message.js';
import { MessageSender } from './message-sender.js';
import type { WebsocketLimits } from './websocket-limits.js';

/** Source: RFC 6455, section 7.4.1. */
const CLOSE = { normal: 1000, goingAway: 1001, policy: 1008 };

/** Answers beyond the queue's length that are kept too; a client that ignores them is cut. */
const refusalsKept = 64;

export interface ConnectionOptions {
  limits: WebsocketLimits;
  /** Of all waiting messages together. */
  queuedBytes: number;
  memory: ConnectionMemory;
  /** Answers one message; never rejects. */
  runTurn: (data: Buffer, connection: WebsocketConnection) => Promise<void>;
}

/** One client: its messages are answered one after another, in their order. */
export class WebsocketConnection {
  readonly sender: MessageSender;
  readonly memory: ConnectionMemory;
  private readonly queue: (Buffer | ApiError)[] = [];
  private queuedBytes = 0;
  private running = false;
  /** Why the connection ends after the turn that runs. */
  private ending: (() => void) | undefined;
  private silentPings = 0;
  /** At the last ping. */
  private unsentBytes = 0;
  private idleTimer: NodeJS.Timeout | undefined;
  private readonly ageTimer: NodeJS.Timeout;
  private readonly pingTimer: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    private readonly options: ConnectionOptions,
  ) {
    const { limits } = options;
    this.memory = options.memory;
    this.sender = new MessageSender(socket, limits.bufferedBytes);
    this.ageTimer = setTimeout(() => {
      this.expire();
    }, limits.maxAgeMs);
    this.pingTimer = setInterval(() => {
      this.ping();
    }, limits.pingMs);
    socket.on('message', (data) => {
      this.accept(data);
    });
    socket.on('pong', () => {
      this.silentPings = 0;
    });
    // A protocol error or a reset: `close` follows.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.release();
    });
    this.watchIdleness();
  }

  /** Ends the connection after the turn that runs, for the service is going away. */
  drain(): void {
    this.endAfterTurn(() => {
      this.socket.close(CLOSE.goingAway, 'The service is shutting down.');
    });
  }

  private expire(): void {
    this.endAfterTurn(() => {
      this.sender.send(toErrorMessage(connectionLimitReached()));
      this.socket.close(CLOSE.normal);
    });
  }

  private endAfterTurn(end: () => void): void {
    if (this.ending !== undefined) return;
    this.ending = end;
    if (!this.running) end();
  }

  private accept(data: RawData): void {
    this.silentPings = 0;
    if (this.ending !== undefined) return;
    const { limits, queuedBytes } = this.options;
    const bytes = asBuffer(data);
    const waiting = this.queue.length;
    if (waiting >= limits.queuedTurns + refusalsKept) {
      this.socket.close(CLOSE.policy, 'Too many messages are waiting.');
      return;
    }
    const fits = waiting < limits.queuedTurns && this.queuedBytes + bytes.length <= queuedBytes;
    this.queue.push(fits ? bytes : tooManyQueued(limits.queuedTurns));
    if (fits) this.queuedBytes += bytes.length;
    if (!this.running) void this.runQueue();
  }

  private async runQueue(): Promise<void> {
    this.running = true;
    clearTimeout(this.idleTimer);
    while (this.ending === undefined && this.socket.readyState === this.socket.OPEN) {
      const next = this.queue.shift();
      if (next === undefined) break;
      if (next instanceof ApiError) {
        this.sender.send(toErrorMessage(next));
      } else {
        this.queuedBytes -= next.length;
        await this.options.runTurn(next, this);
      }
    }
    this.running = false;
    if (this.ending === undefined) this.watchIdleness();
    else this.ending();
  }

  private watchIdleness(): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.idleTimer = setTimeout(() => {
      this.socket.close(CLOSE.normal, 'The connection was idle.');
    }, this.options.limits.idleMs);
  }

  /** Finds clients that are gone without a word, or that have stopped reading for good. */
  private ping(): void {
    const { bufferedAmount } = this.socket;
    if (this.silentPings >= 2 && bufferedAmount >= this.unsentBytes) {
      this.socket.terminate();
      return;
    }
    this.unsentBytes = bufferedAmount;
    this.silentPings += 1;
    this.socket.ping();
  }

  private release(): void {
    clearTimeout(this.ageTimer);
    clearTimeout(this.idleTimer);
    clearInterval(this.pingTimer);
    this.queue.length = 0;
  }
}

function asBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
