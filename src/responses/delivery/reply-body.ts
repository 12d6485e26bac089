import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { whenClosed } from './when-closed.js';

/**
 * Writes the body of a hijacked reply whose head is set. What Node writes for a piece of a chunked body is three buffers, gathered
 * until the next tick; a piece that was encoded as a chunk is one buffer and one system call. Head and end stay with
 * Node, and so does all of a body that is not chunked (HTTP/1.0, HEAD) or whose turn on its connection is still to come.
 */
export class ReplyBody {
  private socket: Socket | undefined;

  constructor(
    private readonly raw: ServerResponse,
    private readonly onDrain: () => void,
  ) {
    raw.on('drain', onDrain);
  }

  /** Tells that pieces are to be encoded as HTTP chunks. */
  get takesChunks(): boolean {
    return this.socket !== undefined;
  }

  /** Gives false when the client is slow; `onDrain` is called once it has caught up. */
  write(piece: Buffer): boolean {
    if (this.socket !== undefined) return this.socket.destroyed || this.socket.write(piece);
    const isTaken = this.raw.write(piece);
    this.takeSocket();
    return isTaken;
  }

  /** Resolves when the client has taken what was written, but for a little, or has left. */
  async taken(): Promise<void> {
    const { raw } = this;
    const stream = this.socket ?? raw;
    if (!stream.writableNeedDrain || raw.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stream.off('drain', done);
        raw.off('close', done);
        resolve();
      };
      stream.once('drain', done);
      raw.once('close', done);
    });
  }

  /** @param piece is never an HTTP chunk. */
  end(piece: Buffer, whenSent: () => void): void {
    this.raw.end(piece, whenSent);
  }

  /** This runs once the head has gone out with the first piece. */
  private takeSocket(): void {
    const { raw, onDrain } = this;
    const { socket } = raw;
    if (socket === null || !raw.chunkedEncoding) return;
    this.socket = socket;
    socket.on('drain', onDrain);
    whenClosed(raw, () => {
      socket.off('drain', onDrain);
    });
  }
}
