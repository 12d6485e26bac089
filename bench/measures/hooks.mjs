import { fileURLToPath, URL } from 'node:url';
import { compareBursts } from '../support/compare-bursts.mjs';

const plugins = { none: undefined, absent: 'no-events-hook', present: 'events-hook' };

/**
 * Measures what a hook costs per chunk: services without a plugin, with a hook that sees no events, and with one that sees
 * them all.
 */
export function measureHooks(backend, dist, options) {
  const kinds = Object.entries(plugins).map(([name, plugin]) => ({
    name,
    env: { PLUGINS: pathOf(plugin) },
  }));
  return compareBursts(backend, dist, kinds, options);
}

function pathOf(plugin) {
  if (plugin === undefined) return '';
  return fileURLToPath(new URL(`../targets/plugins/${plugin}.mjs`, import.meta.url));
}
