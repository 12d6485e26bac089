import { BlockList, isIP } from 'node:net';

/**
 * These networks are no part of the public internet, or are a cloud's own. Source: IANA's registries of special-purpose addresses
 * (November 2026); 168.63.129.16 is Azure's platform, which every virtual machine there reaches.
 */
const SPECIAL_NETWORKS: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Of IPv6 only this part is given to hosts of the internet; what lies in it but carries an IPv4 address is left out below. */
const GLOBAL_UNICAST = ['2000::', 3] as const;
const SPECIAL_UNICAST: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const special = new BlockList();
for (const [network, prefix] of SPECIAL_NETWORKS) special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of SPECIAL_UNICAST) special.addSubnet(network, prefix, 'ipv6');
const global = new BlockList();
global.addSubnet(...GLOBAL_UNICAST, 'ipv6');

/**
 * Tells whether an IP address is one of the public internet: no loopback, private, link-local, multicast or reserved one, no
 * cloud's metadata, and no IPv6 form of an IPv4 address. What is no IP address is not public.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4');
    case 6:
      return global.check(address, 'ipv6') && !special.check(address, 'ipv6');
    default:
      return false;
  }
}
