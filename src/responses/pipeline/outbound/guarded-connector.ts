import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { HostList } from './host-list.js';
import { isPublicAddress } from './public-address.js';

/** A connection was refused before a byte was sent: its address is none that clients may name. */
export class RefusedAddress extends Error {
  constructor() {
    super('The address may not be reached from here.');
  }
}

/** A name is resolved by this; tests give their own. */
export type ResolveHost = (
  hostname: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

const resolveHost: ResolveHost = (hostname, done) => {
  lookup(hostname, { all: true }, done);
};

/**
 * Connects to public addresses alone, and to hosts that the operator listed. The addresses that the name has at this very
 * moment are the ones connected to, so a name that changes its address (DNS rebinding) gains nothing, and each hop of a redirect
 * is a connection of its own that comes through here, too. A name that has one private address beside public ones is refused.
 */
export function guardedConnector(
  listed: HostList,
  timeoutMs: number,
  resolve: ResolveHost = resolveHost,
): buildConnector.connector {
  const lookupPublic: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const [first] = addresses;
      const arePublic = addresses.every(({ address }) => isPublicAddress(address));
      if (first === undefined || !arePublic) callback(new RefusedAddress(), '');
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
  const free = buildConnector({ timeout: timeoutMs });
  const guarded = buildConnector({ timeout: timeoutMs, lookup: lookupPublic });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    if (listed.names(options)) {
      free(options, callback);
      return;
    }
    if (isIP(host) !== 0 && !isPublicAddress(host)) {
      callback(new RefusedAddress(), null);
      return;
    }
    guarded(options, (...[error, socket]) => {
      if (error !== null) callback(error, null);
      else if (isPublicAddress(socket.remoteAddress ?? '')) callback(null, socket);
      else {
        socket.destroy();
        callback(new RefusedAddress(), null);
      }
    });
  };
}
