import { Load } from './load.mjs';
import { smallRequest } from './requests.mjs';
import { checkers } from './script.mjs';

/** Of a small request every step runs once: the engine compiles the last of them after some 20,000 requests. */
export const warmUpRequests = 24_000;

const connections = 16;
const chunks = 20;

/** Lets the engine of a target compile what each request runs, before anything of few requests is measured. */
export async function warmUp({ kind, url }, scale) {
  const load = new Load(url, connections);
  const body = smallRequest(`chunks-${chunks}`, true)[kind];
  await load.run(body, Math.ceil(warmUpRequests * scale), checkers[`${kind}Stream`](chunks));
  await load.close();
}
