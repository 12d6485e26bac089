import { Ajv } from 'ajv';
import { CheckedFile } from '../common/checked-file.js';
import { asRecord } from '../common/json.js';
import { readSmallFile } from '../common/small-file.js';
import type { RawEnvironment } from '../config/raw-environment.js';
import { EnvironmentError } from '../config/read-environment.js';
import { callerLimits, type CallerLimits } from '../common/caller-limits.js';
import { callersFileSchema, type CallerFields, type CallersFile } from './callers-file.schema.js';
import { readMoment } from './read-moment.js';

const SETTING = 'CALLERS_FILE';

const validate = new Ajv({
  allErrors: true,
  strict: false,
  allowUnionTypes: true,
}).compile<CallersFile>(callersFileSchema);

/** One of CALLERS_FILE. Moments are milliseconds since the epoch; Infinity never comes. */
export interface NamedCaller {
  name: string;
  id: string;
  keys: readonly { digest: Buffer; expiresAt: number }[];
  models: readonly string[] | undefined;
  limits: CallerLimits;
  expiresAt: number;
}

/** `currency` is that of limits and prices, as ISO 4217 has it. */
export interface NamedCallers {
  callers: NamedCaller[];
  currency: string;
}

/** Reads CALLERS_FILE, YAML or JSON. @throws EnvironmentError with every problem, its file and line. */
export function readCallersFile(path: string): NamedCallers & { state: string } {
  const { text, state } = readSmallFile(SETTING, path);
  return { ...parseCallersFile(text, path), state };
}

/** Says what is wrong with the file, for the one list of problems at the start. */
export function callersProblems({ CALLERS_FILE = '' }: RawEnvironment): readonly string[] {
  if (CALLERS_FILE.trim() === '') return [];
  try {
    readCallersFile(CALLERS_FILE.trim());
    return [];
  } catch (error) {
    return error instanceof EnvironmentError ? error.problems : [`${SETTING} ${String(error)}`];
  }
}

export function parseCallersFile(text: string, path: string): NamedCallers {
  const file = new CheckedFile(SETTING, path, text);
  file.throwProblems();
  const { content } = file;
  if (!validate(content)) file.addSchemaErrors(validate.errors);
  const sound = Object.entries(asRecord(asRecord(content)?.callers) ?? {}).filter(([name]) =>
    file.isSound(['callers', name]),
  ) as [string, CallerFields][];
  const callers = sound.map(([name, fields]) => toCaller(name, fields, file));
  refuseDoubles(callers, file);
  file.throwProblems();
  const currency = (content as CallersFile).currency ?? 'USD';
  return { callers, currency };
}

function toCaller(name: string, fields: CallerFields, file: CheckedFile): NamedCaller {
  const momentAt = (expires: string | undefined, ...path: (string | number)[]): number => {
    if (expires === undefined) return Infinity;
    const moment = readMoment(expires);
    if (moment !== undefined) return moment;
    file.add(
      ['callers', name, ...path],
      'must be a date or a moment with its zone, as 2027-01-31T12:00:00Z',
    );
    return 0;
  };
  const limits = callerLimits.flatMap((limit) => {
    const value = fields[limit];
    return value === undefined ? [] : [[limit, value] as const];
  });
  return {
    name,
    id: fields.id ?? name,
    keys: fields.keys.map(({ sha256, expires }, index) => ({
      digest: Buffer.from(sha256, 'hex'),
      expiresAt: momentAt(expires, 'keys', index, 'expires'),
    })),
    models: fields.models,
    limits: Object.fromEntries(limits),
    expiresAt: momentAt(fields.expires, 'expires'),
  };
}

/** A key of two callers, or an id, would be that of whoever is found first. */
function refuseDoubles(callers: readonly NamedCaller[], file: CheckedFile): void {
  const digests = new Set<string>();
  const ids = new Set<string>();
  for (const { name, id, keys } of callers) {
    if (ids.has(id)) file.add(['callers', name], `has the id ${id}, which another caller has`);
    ids.add(id);
    for (const [index, { digest }] of keys.entries()) {
      const text = digest.toString('hex');
      if (digests.has(text)) file.add(['callers', name, 'keys', index], 'is there twice');
      digests.add(text);
    }
  }
}
