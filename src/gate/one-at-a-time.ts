import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';

/** There are not fewer, since of a connection that is not read nobody learns that its client has left. */
const mostWaiting = 16;

/**
 * Requests that a client sends on one connection before it has its answer (pipelining) are worked on one after another.
 * Node would begin with all of them, so that one connection could open a thousand backend calls and read none of the
 * answers. RFC 9112, section 9.3.2, allows work in parallel only for safe methods. With so many waiting the connection
 * is not read: what waits beyond them is in the last read of it (64 KiB).
 */
export function workOneAtATime(server: FastifyInstance): void {
  const lines = new WeakMap<Socket, ConnectionLine>();
  server.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    let line = lines.get(socket);
    if (line === undefined) {
      line = new ConnectionLine(socket);
      lines.set(socket, line);
    }
    reply.raw.once('close', line.leave);
    line.enter(done);
  });
}

/** Keeps the requests of one connection in line. */
class ConnectionLine {
  private busy = false;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly socket: Socket) {}

  enter(begin: () => void): void {
    if (!this.busy) {
      this.busy = true;
      begin();
      return;
    }
    this.waiting.push(begin);
    if (this.waiting.length < mostWaiting) return;
    // Node resumes the connection whenever it reads a body.
    if (this.waiting.length === mostWaiting) this.socket.on('resume', this.hold);
    this.socket.pause();
  }

  /** Goes on with the next when the answer is over. Those of a client that has left are never begun. */
  readonly leave = (): void => {
    this.busy = false;
    if (this.socket.destroyed) {
      this.waiting.length = 0;
      return;
    }
    const next = this.waiting.shift();
    if (next === undefined) return;
    this.busy = true;
    if (this.waiting.length === mostWaiting - 1) {
      this.socket.off('resume', this.hold);
      this.socket.resume();
    }
    next();
  };

  private readonly hold = (): void => {
    this.socket.pause();
  };
}
