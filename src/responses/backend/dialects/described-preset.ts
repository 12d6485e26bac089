import { dialectFields, type BackendDialect } from '../../translator/dialect/dialect.js';
import { hostPreset, type Preset } from './preset.js';
import { resolveDialect } from './resolve-dialect.js';

/** Describes a preset as data: its name, where it is met, and the fields of a dialect in which it differs from `base`. */
export interface DescribedPreset extends Partial<Omit<BackendDialect, 'name' | 'allowedFields'>> {
  name: string;
  hosts?: readonly string[];
  service?: RegExp;
  port?: string;
  /** Names a preset of the service. Where it is not said, it is what known backends take. */
  base?: string;
  /** These are all fields that may be sent, in place of the base's. */
  allowedFields?: Iterable<string>;
}

const PLACES = ['name', 'hosts', 'service', 'port', 'base'];
const KNOWN = new Set([...PLACES, ...Object.keys(dialectFields), 'allowedFields']);

/** @throws Error naming the fields that no dialect has, or a base that is no preset. */
export function toPreset(described: DescribedPreset): Preset {
  const { name, hosts = [], service, port, base, allowedFields, ...differences } = described;
  const unknown = Object.keys(described).filter((field) => !KNOWN.has(field));
  if (unknown.length > 0) throw new Error(`dialect ${name}: no dialect has ${unknown.join(', ')}`);
  const preset = hostPreset(name, hosts, {
    ...(base === undefined ? {} : { base: resolveDialect(base, new URL('http://localhost')) }),
    ...differences,
    ...(allowedFields === undefined ? {} : { allowedFields: new Set(allowedFields) }),
  });
  return {
    ...preset,
    ...(service === undefined ? {} : { service }),
    ...(port === undefined ? {} : { port }),
  };
}
