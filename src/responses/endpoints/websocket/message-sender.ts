import type { Observable } from 'rxjs';
import type { WebSocket } from 'ws';
import { clientClosed, internalError } from '../../../common/error-table.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import type { FlowControl } from '../../backend/chat-backend.port.js';
import { LargeEvents, type InTurn } from '../../delivery/large-events.js';
import { areLarge } from '../../translator/event-pieces.js';
import { foldEvents } from '../../translator/fold-events.js';

export interface SendEventsOptions {
  flow: FlowControl;
  streamId: string | undefined;
  onFirstEvent: () => void;
  /** Large events wait for their turn. */
  inTurn: InTurn;
  /** Tells that events may be large, where only a look at them says so. */
  mayBeLarge: () => boolean;
}

/** Writes JSON messages to one client, no faster than it reads. */
export class MessageSender {
  private readonly flows = new Set<FlowControl>();
  /** Maps a response id to its lane, for the answers that run. */
  private readonly streams = new Map<string, string | undefined>();
  private readonly onTaken = new Set<() => void>();

  constructor(
    private readonly socket: WebSocket,
    private readonly bufferedBytes: number,
  ) {}

  send(message: object, streamId?: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    const named = streamId === undefined ? message : { ...message, stream_id: streamId };
    // The callback's error is the socket's own, which its `close` tells.
    this.socket.send(JSON.stringify(named), () => {
      if (this.socket.bufferedAmount > this.bufferedBytes / 2) return;
      for (const flow of this.flows) flow.resume();
      for (const resume of this.onTaken) resume();
      this.onTaken.clear();
    });
  }

  /** Resolves when the client has taken what it was sent, but for a little, or has left. */
  async taken(): Promise<void> {
    const { socket, bufferedBytes } = this;
    if (socket.bufferedAmount <= bufferedBytes || socket.readyState === socket.CLOSED) return;
    await new Promise<void>((resolve) => {
      this.onTaken.add(resolve);
      socket.once('close', resolve);
    });
  }

  /** Gives the lane of an answer that runs. */
  streamOf(responseId: string): string | undefined {
    return this.streams.get(responseId);
  }

  /**
   * Sends events as they come, and resolves with the final Response. A client that stops reading pauses the backend. It rejects
   * with what the backend call failed of before its first event, or when the client has left: the backend call is aborted then.
   */
  sendEvents(
    events: Observable<ResponseEvent[]>,
    { flow, streamId, onFirstEvent, inTurn, mayBeLarge }: SendEventsOptions,
  ): Promise<ResponseResource> {
    const send = (batch: readonly ResponseEvent[]): void => {
      for (const event of batch) this.send(event, streamId);
    };
    const large = new LargeEvents({ inTurn, write: send, taken: () => this.taken() });
    return new Promise<ResponseResource>((resolve, reject) => {
      let begun = false;
      let response: ResponseResource | undefined;
      const leave = (): void => {
        subscription.unsubscribe();
        reject(clientClosed());
      };
      this.flows.add(flow);
      let responseId = '';
      this.socket.once('close', leave);
      const subscription = events.subscribe({
        next: (batch) => {
          if (!begun) onFirstEvent();
          begun = true;
          const [first] = batch;
          if (responseId === '' && first !== undefined && 'response' in first) {
            responseId = first.response.id;
            this.streams.set(responseId, streamId);
          }
          if (large.areWaiting || (mayBeLarge() && areLarge(batch))) {
            flow.pause(large);
            const written = large.add(batch).then(() => {
              flow.resume(large);
            });
            written.catch(reject);
          } else send(batch);
          if (this.socket.bufferedAmount > this.bufferedBytes) flow.pause();
          response = foldEvents(response, batch);
        },
        error: reject,
        complete: () => {
          const whole = response;
          if (whole === undefined) reject(internalError(new Error('No terminal event.')));
          else
            large.add([]).then(() => {
              resolve(whole);
            }, reject);
        },
      });
      subscription.add(() => {
        this.flows.delete(flow);
        this.streams.delete(responseId);
        this.socket.off('close', leave);
      });
      if (this.socket.readyState !== this.socket.OPEN) leave();
    });
  }
}
