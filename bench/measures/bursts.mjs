import { URL } from 'node:url';
import { compareBursts } from '../support/compare-bursts.mjs';

const operatorKey = 'operator-key-0123456789';
const sharedKey = 'shared-key-0123456789';

/**
 * Measures what a chunk costs of a backend that speaks chat, of one that speaks Responses, and of a chat backend whose answers are
 * searched for the operator's key.
 */
export function measureBursts(backend, dist, options) {
  const kinds = [
    { name: 'chat', env: {} },
    {
      name: 'responses',
      env: { BACKEND_API: 'responses', BACKEND_URL: new URL('/v1', backend.url).href },
    },
    {
      name: 'searched',
      env: { BACKEND_API_KEY: operatorKey, PROXY_API_KEYS: sharedKey },
      key: sharedKey,
    },
  ];
  return compareBursts(backend, dist, kinds, options);
}
