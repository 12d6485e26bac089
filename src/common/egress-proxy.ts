import type { EnvHttpProxyAgent } from 'undici';
import type { Settings } from '../config/settings.js';

/** Names of this machine, which no egress proxy stands before. */
const OF_THIS_MACHINE = 'localhost,127.0.0.1,::1';

/** Says to undici which egress proxy stands before which hosts. */
export function proxyOptions({
  http,
  https,
  except,
}: NonNullable<Settings['backend']['egressProxy']>): EnvHttpProxyAgent.Options {
  return { httpProxy: http, httpsProxy: https, noProxy: `${except},${OF_THIS_MACHINE}` };
}
