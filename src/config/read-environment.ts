import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Environment } from './environment.js';
import { findConflicts } from './environment-conflicts.js';
import { findTypos } from './find-typos.js';
import type { RawEnvironment } from './raw-environment.js';
import { levelOfRustLog } from './rust-log.js';
import { secretNames } from './secret-files.js';

/** Names every wrong variable and the rule it breaks; never a value. */
export class EnvironmentError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is wrong:\n${problems.join('\n')}`);
    this.name = 'EnvironmentError';
  }
}

/**
 * Reads the variables, an empty one like one that is not there.
 * @throws EnvironmentError with all problems at once, by name, those that others found among them.
 */
export function readEnvironment(
  raw: RawEnvironment,
  moreProblems: readonly string[] = [],
): Environment {
  const given = withoutEmpty(raw);
  const environment = toEnvironment(withPort(withLevel(given)));
  const errors = validateSync(environment, { forbidUnknownValues: false });
  const wrongValues = errors.map(({ property, constraints = {} }) =>
    [property, Object.values(constraints).join(', ')].join(' '),
  );
  const typos = findTypos(Object.keys(given), settingNames());
  const problems = [
    ...typos,
    ...wrongValues,
    ...conflictsBeside(
      environment,
      errors.map(({ property }) => property),
    ),
    ...moreProblems.filter((problem) => !typos.some((typo) => nameIn(typo) === nameIn(problem))),
  ].sort();
  if (problems.length === 0) return environment;
  throw new EnvironmentError(problems);
}

function toEnvironment(variables: Record<string, string>): Environment {
  return plainToInstance(Environment, variables, {
    excludeExtraneousValues: true,
    exposeDefaultValues: true,
  });
}

/** Compose hands on `${NAME:-}` as an empty text, so empty has to mean "not set". */
function withoutEmpty(raw: RawEnvironment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(raw).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== '',
    ),
  );
}

/** Reads the name of the variable with which every problem begins. */
function nameIn(problem: string): string {
  return problem.split(' ')[0] ?? '';
}

/** Lists the names of all settings, and of those that name the file of a secret. */
export function settingNames(): string[] {
  return [...Object.keys(toEnvironment({})), ...secretNames.map((name) => `${name}_FILE`)];
}

/** Leaves out a conflict that names a variable which is wrong by itself, as it says nothing new. */
function conflictsBeside(environment: Environment, wrong: readonly string[]): string[] {
  if (wrong.includes('BACKEND_URL')) return [];
  return findConflicts(environment).filter(
    (problem) => !wrong.some((name) => problem.includes(name)),
  );
}

/** Takes the port as platforms name it. */
function withPort(raw: Record<string, string>): Record<string, string> {
  return raw.PORT === undefined ? raw : { HOST_PORT: raw.PORT, ...raw };
}

function withLevel(raw: Record<string, string>): Record<string, string> {
  const level = raw.RUST_LOG === undefined ? undefined : levelOfRustLog(raw.RUST_LOG);
  return level === undefined ? raw : { LOG_LEVEL: level, ...raw };
}
