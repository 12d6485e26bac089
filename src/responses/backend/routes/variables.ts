import type { CheckedFile } from '../../../common/checked-file.js';
import type { RawEnvironment } from '../../../config/raw-environment.js';

type Step = string | number;

/** The file says `${NAME}`. */
const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]{0,100})\}/g;

/** The names that a file wants from the environment. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)].map(([, name = '']) => name);
}

/** A value of the file with its variables filled in, in texts alone; one that is not set, or empty, is a problem. */
export function fillVariables(
  value: unknown,
  variables: RawEnvironment,
  file: CheckedFile,
  path: readonly Step[] = [],
): unknown {
  const inside = (child: unknown, step: Step): unknown =>
    fillVariables(child, variables, file, [...path, step]);
  if (Array.isArray(value)) return value.map(inside);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [name, inside(child, name)]),
    );
  }
  if (typeof value !== 'string') return value;
  return value.replace(VARIABLE, (whole, name: string) => {
    const found = variables[name]?.trim() ?? '';
    if (found === '') file.add(path, `needs the variable ${name}, which is not set`);
    return found === '' ? whole : found;
  });
}
