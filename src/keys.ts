import { parseArgs } from 'node:util';
import { callerLimits } from './common/caller-limits.js';
import {
  addCaller,
  EditError,
  listCallers,
  revoke,
  rotateKey,
  type CallerTerms,
  type EditedFile,
} from './callers/edit-callers-file.js';
import type { NamedCaller } from './callers/read-callers-file.js';
import { editFile, readOrEmpty } from './callers/write-callers-file.js';
import { callersFilePath } from './config/callers-file-path.js';
import { EnvironmentError } from './config/read-environment.js';

const HELP = `npm run --silent keys -- COMMAND [--name NAME] [options]

Edits CALLERS_FILE, which a running service sees by itself. A key is printed once, on standard output, and stands nowhere else.
  add     a caller and its key: --name, and any of --models a,b*,c  --requests-per-minute N  --tokens-per-minute N
          --tokens-per-day N  --tokens-per-month N  --money-per-day N  --money-per-month N  --expires 2027-01-31
  rotate  another key for --name; the old one ends at once, or after --overlap-hours N
  revoke  the caller --name with all its keys, or one key of it: --key FIRST-DIGITS-OF-ITS-HASH, as \`list\` shows them
  list    who there is, without keys
  --file  the file, by default CALLERS_FILE or callers.yaml
`;

const text = { type: 'string' } as const;

const { values, positionals } = readArguments();

function readArguments() {
  try {
    return parseOptions();
  } catch (error) {
    process.stderr.write(`ERROR ${(error as Error).message}\n`);
    process.exit(1);
  }
}

function parseOptions() {
  return parseArgs({
    allowPositionals: true,
    options: {
      ...{ name: text, models: text, expires: text, key: text, file: text },
      ...{ 'requests-per-minute': text, 'tokens-per-minute': text, 'tokens-per-day': text },
      ...{ 'tokens-per-month': text, 'money-per-day': text, 'money-per-month': text },
      'overlap-hours': text,
      help: { type: 'boolean', default: false },
    },
  });
}

function run(command: string | undefined): void {
  const file = values.file ?? callersFilePath();
  switch (command) {
    case 'add':
      giveKey(file, (before) => addCaller(before, named(), terms(), new Date()));
      return;
    case 'rotate': {
      const overlapMs = numberOf('overlap-hours', values['overlap-hours'] ?? '0') * 3_600_000;
      giveKey(file, (before) => rotateKey(before, named(), overlapMs, new Date()));
      return;
    }
    case 'revoke':
      editFile(file, (before) => revoke(before, named(), values.key));
      process.stderr.write(`Revoked in ${file}.\n`);
      return;
    case 'list':
      for (const caller of listCallers(readOrEmpty(file))) process.stdout.write(lineOf(caller));
      return;
    default:
      throw new EditError(`There is no command ${command ?? 'given'}.\n\n${HELP}`);
  }
}

function giveKey(file: string, edit: (before: string) => EditedFile): void {
  let key = '';
  editFile(file, (before) => {
    const edited = edit(before);
    key = edited.key;
    return edited.text;
  });
  process.stderr.write(`Written to ${file}. This key is shown once:\n`);
  process.stdout.write(`${key}\n`);
}

function named(): string {
  if (values.name === undefined) throw new EditError('--name is missing.');
  return values.name;
}

function terms(): CallerTerms {
  const models = values.models?.split(',').map((model) => model.trim());
  const limits = callerLimits.flatMap((limit) => {
    const option = limit.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const value = (values as Record<string, string | boolean | undefined>)[option];
    return typeof value === 'string' ? [[limit, numberOf(option, value)] as const] : [];
  });
  return {
    ...(models === undefined ? {} : { models }),
    ...Object.fromEntries(limits),
    ...(values.expires === undefined ? {} : { expires: values.expires }),
  };
}

function numberOf(option: string, value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && Number.isFinite(number)) return number;
  throw new EditError(`--${option} must be a number.`);
}

function lineOf({ name, id, keys, models, limits, expiresAt }: NamedCaller): string {
  const until = (moment: number): string =>
    moment === Infinity ? '' : ` until ${new Date(moment).toISOString()}`;
  const shown = keys.map(
    ({ digest, expiresAt: end }) => `${digest.toString('hex').slice(0, 8)}${until(end)}`,
  );
  const may = models === undefined ? 'any model' : models.join(',');
  const bounds = Object.entries(limits).map(([limit, value]) => `${limit}=${value}`);
  return (
    [name, id, `keys: ${shown.join(', ')}`, may, ...bounds].join('  ') + until(expiresAt) + '\n'
  );
}

try {
  if (values.help) process.stdout.write(HELP);
  else run(positionals[0]);
} catch (error) {
  const problems = error instanceof EnvironmentError ? error.problems : [(error as Error).message];
  process.stderr.write(problems.map((problem) => `ERROR ${problem}\n`).join(''));
  process.exitCode = 1;
}
