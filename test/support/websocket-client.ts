import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import type { ResponseEvent } from '../../src/contracts/responses/events.js';
import type { ErrorMessage } from '../../src/responses/endpoints/websocket/error-message.js';

export type ServerMessage = (ResponseEvent | ErrorMessage) & { stream_id?: string };

const TERMINAL = new Set(['response.completed', 'response.incomplete', 'response.failed', 'error']);

/** Speaks to /v1/responses over a WebSocket and reads every message in its order. */
export class WebsocketClient {
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly messages: ServerMessage[] = [];
  private wake: (() => void) | undefined;

  private constructor(readonly socket: WebSocket) {
    this.closed = once(socket, 'close').then(([code, reason]) => {
      this.wake?.();
      return { code: code as number, reason: String(reason) };
    });
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as ServerMessage);
      this.wake?.();
    });
  }

  /** @param baseURL is `http://127.0.0.1:<port>/v1`. */
  static async open(baseURL: string, options: ClientOptions = {}): Promise<WebsocketClient> {
    const socket = new WebSocket(`${baseURL.replace('http', 'ws')}/responses`, options);
    const client = new WebsocketClient(socket);
    await once(socket, 'open');
    return client;
  }

  send(body: object): void {
    this.socket.send(JSON.stringify({ type: 'response.create', ...body }));
  }

  /** Gives the next message. Rejects when the connection closes first. */
  async next(): Promise<ServerMessage> {
    for (;;) {
      const message = this.messages.shift();
      if (message !== undefined) return message;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('The connection is closed.');
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Gives all messages of the next turn, its last one included. */
  async turn(): Promise<ServerMessage[]> {
    const messages: ServerMessage[] = [];
    for (;;) {
      const message = await this.next();
      messages.push(message);
      if (TERMINAL.has(message.type)) return messages;
    }
  }

  /** Sends one turn and reads its messages. */
  ask(body: object): Promise<ServerMessage[]> {
    this.send({ model: 'demo', ...body });
    return this.turn();
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

/** Gives the events of a turn that ended with a Response. */
export function eventsOf(messages: readonly ServerMessage[]): ResponseEvent[] {
  const last = messages.at(-1);
  if (last?.type === 'error') throw new Error(JSON.stringify(last));
  return messages as ResponseEvent[];
}

/** Gives the error of a turn that ended with an `error` message. */
export function errorOf(messages: readonly ServerMessage[]): ErrorMessage {
  const last = messages.at(-1);
  if (last?.type !== 'error') throw new Error(`No error: ${JSON.stringify(last)}`);
  return last as ErrorMessage;
}
