import { toPreset } from '../responses/backend/dialects/described-preset.js';
import type { Preset } from '../responses/backend/dialects/preset.js';
import type { ProxyPlugin } from './plugin.js';

/** @throws Error naming the plugin and what is wrong with one of its dialects. */
export function presetsOf(plugins: readonly ProxyPlugin[]): readonly Preset[] {
  return plugins.flatMap(({ name, dialects = [] }) =>
    dialects.map((described) => {
      try {
        return toPreset(described);
      } catch (error) {
        throw new Error(`plugin ${name}: ${(error as Error).message}`, { cause: error });
      }
    }),
  );
}
