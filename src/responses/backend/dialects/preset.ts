import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { knownDialect } from './default.dialect.js';

/** Gives the presets that were added from outside. */
export const MORE_PRESETS = Symbol('MORE_PRESETS');

/** Tells of a dialect where it is met. */
export interface Preset {
  dialect: BackendDialect;
  /** These are public hosts, each with all below it, or with `*` for the part that differs. */
  hosts: readonly string[];
  /** In the private network it is met by a word of the service's name, and by its usual port where no other engine has it. */
  service?: RegExp;
  port?: string;
}

interface Differences extends Partial<BackendDialect> {
  base?: BackendDialect;
}

/** Makes a preset for a public host: what it has otherwise than `base`, which is what known backends take. */
export function hostPreset(
  name: string,
  hosts: readonly string[],
  { base = knownDialect, ...differences }: Differences = {},
): Preset {
  return { dialect: { ...base, ...differences, name }, hosts };
}

/** Does the same for an engine in the private network. */
export function enginePreset(
  name: string,
  { service, port }: { service: RegExp; port?: string },
  differences: Differences = {},
): Preset {
  return {
    ...hostPreset(name, [], differences),
    service,
    ...(port === undefined ? {} : { port }),
  };
}
