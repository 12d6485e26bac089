import type { RawData, WebSocket } from 'ws';
import { ApiError } from '../../../common/api-error.js';
import { connectionLimitReached, tooManyQueued } from '../../../common/error-table.js';
import { overloaded } from '../../../common/gate-errors.js';
import type { ConnectionMemory } from './connection-memory.js';
import { toErrorMessage } from './error-message.js';
import { MessageSender } from './message-sender.js';
import { peekMessage, steerFailed } from './steer-message.js';
import { TurnLanes, type Waiting } from './turn-lanes.js';
import type { WebsocketLimits } from './websocket-limits.js';

/** These codes come from RFC 6455, section 7.4.1, and IANA's registry of close codes. */
const CLOSE = { normal: 1000, goingAway: 1001, policy: 1008, tryAgainLater: 1013 };

/** Each piece of a message that comes in costs so much beside its bytes, which may be one. */
const bytesPerPiece = 256;

/** Shorter messages are not counted while they come in. */
const smallMessageBytes = 64 * 1024;

/** So many answers beyond the queue's length are kept too; a client that ignores them is cut. */
const refusalsKept = 64;

export interface HeldMessages {
  /** Says that so many bytes wait now. */
  set(bytes: number): void;
  /** Tells whether there is no room for so many more. */
  isFull(bytes: number): boolean;
}

export interface ConnectionOptions {
  limits: WebsocketLimits;
  /** All waiting messages together may have so many bytes. */
  queuedBytes: number;
  memory: ConnectionMemory;
  /** Counts what waits here, in bytes. */
  held?: HeldMessages;
  /** Answers one message; never rejects. */
  runTurn: (data: Buffer, connection: WebsocketConnection) => Promise<void>;
}

/** Serves one client: the messages of a lane are answered one after another, in their order. */
export class WebsocketConnection {
  readonly sender: MessageSender;
  readonly memory: ConnectionMemory;
  private readonly lanes: TurnLanes;
  private queuedBytes = 0;
  /** Counts the bytes of the message that is on its way. */
  private incomingBytes = 0;
  /** Says why the connection ends after the turns that run. */
  private ending: (() => void) | undefined;
  private silentPings = 0;
  /** Counts what was unsent at the last ping. */
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
    // Each turn that runs waits for the client to leave.
    socket.setMaxListeners(limits.lanes + 10);
    this.lanes = new TurnLanes({
      most: limits.lanes,
      mayRun: () => this.ending === undefined && this.socket.readyState === this.socket.OPEN,
      run: (message) => this.runTurn(message),
      onIdle: () => {
        if (this.ending === undefined) this.watchIdleness();
        else this.ending();
      },
    });
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
    // A protocol error or a reset comes here; `close` follows.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.release();
    });
    this.watchIdleness();
  }

  /** Ends the connection after the turns that run, for the service is going away. */
  drain(): void {
    this.endAfterTurn(() => {
      this.socket.close(CLOSE.goingAway, 'The service is shutting down.');
    });
  }

  /** Calls `action` when the client has left; gives the way to forget that. */
  onClose(action: () => void): () => void {
    this.socket.once('close', action);
    return () => this.socket.off('close', action);
  }

  /** Notes that so many bytes have come in, of a message that may take long to be whole. */
  receive(bytes: number): void {
    const { held } = this.options;
    if (held === undefined) return;
    this.incomingBytes += bytes + bytesPerPiece;
    if (this.incomingBytes < smallMessageBytes) return;
    this.countHeld();
    if (!held.isFull(0)) return;
    this.socket.close(CLOSE.tryAgainLater, 'The proxy has no memory for this message.');
    this.socket.pause();
  }

  private countHeld(): void {
    this.options.held?.set(this.queuedBytes + this.incomingBytes);
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
    if (this.lanes.isIdle) end();
  }

  private accept(data: RawData): void {
    this.silentPings = 0;
    if (this.ending !== undefined) return;
    const { limits, queuedBytes } = this.options;
    const bytes = asBuffer(data);
    this.incomingBytes = 0;
    const { waiting } = this.lanes;
    if (waiting >= limits.queuedTurns + refusalsKept) {
      this.socket.close(CLOSE.policy, 'Too many messages are waiting.');
      return;
    }
    const { lane, steer } = peekMessage(bytes);
    // A client that does not read waits for this answer as for any other.
    if (steer !== undefined && this.socket.bufferedAmount <= limits.bufferedBytes) {
      this.sender.send(
        steerFailed(steer),
        steer.streamId ?? this.sender.streamOf(steer.previousId),
      );
      return;
    }
    const fits = waiting < limits.queuedTurns && this.queuedBytes + bytes.length <= queuedBytes;
    clearTimeout(this.idleTimer);
    if (!fits) this.lanes.add(lane, tooManyQueued(limits.queuedTurns));
    else if (this.options.held?.isFull(bytes.length) === true) this.lanes.add(lane, overloaded(1));
    else {
      this.queuedBytes += bytes.length;
      this.lanes.add(lane, bytes);
    }
    this.countHeld();
  }

  private async runTurn(message: Waiting): Promise<void> {
    // A client that takes nothing gets nothing more: what it goes on to send waits, or is refused.
    await this.sender.taken();
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (message instanceof ApiError) {
      this.sender.send(toErrorMessage(message));
      return;
    }
    this.queuedBytes -= message.length;
    this.countHeld();
    await this.options.runTurn(message, this);
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
    this.lanes.clear();
    this.memory.clear();
  }
}

function asBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
