import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { upgradeToWebsocketsOnly } from '../common/websocket-upgrades.js';

export interface RawUpgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** Takes an upgrade, or says that it is for somebody else. */
export type UpgradeTaker = (upgrade: RawUpgrade) => boolean;

const takersOf = new WeakMap<Server, UpgradeTaker[]>();

/** Several services on one server share its upgrades; one that none of them takes is the application's, or a 404. */
export function addUpgradeTaker(server: Server, taker: UpgradeTaker): void {
  const known = takersOf.get(server);
  if (known !== undefined) {
    known.push(taker);
    return;
  }
  const takers = [taker];
  takersOf.set(server, takers);
  if (server.listenerCount('upgrade') === 0) upgradeToWebsocketsOnly(server);
  server.on('upgrade', (request, socket, head) => {
    const upgrade = { request, socket, head };
    const isTaken = takers.some((take) => take(upgrade));
    if (!isTaken && server.listenerCount('upgrade') === 1) refuseUpgrade(upgrade, 404);
  });
}

export function refuseUpgrade({ socket }: RawUpgrade, status: number): void {
  const reason = STATUS_CODES[status] ?? '';
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
