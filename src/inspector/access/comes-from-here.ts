import type { FastifyRequest } from 'fastify';

const LOOPBACK = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/;
const LOCAL_NAME = /^(?:[\w-]{1,63}\.)?localhost$/;
const FORWARDING = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/**
 * Tells whether a program of this machine asks, for itself: the connection comes from here, it names this machine (a page that rebinds
 * its own name to 127.0.0.1 does not), and no proxy says that it asks for another one.
 */
export function comesFromHere({
  headers,
  socket,
}: Pick<FastifyRequest, 'headers' | 'socket'>): boolean {
  const name = (headers.host ?? '')
    .toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/^\[(.*)\]$/, '$1');
  const isNamed = LOCAL_NAME.test(name) || LOOPBACK.test(name);
  const isForwarded = FORWARDING.some((header) => headers[header] !== undefined);
  return LOOPBACK.test(socket.remoteAddress ?? '') && isNamed && !isForwarded;
}
