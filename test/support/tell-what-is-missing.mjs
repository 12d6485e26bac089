import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import process from 'node:process';

const beside = (path) => resolve(import.meta.dirname, '../../../shared', path);

/** The specification's own OpenAPI document lies here; its makers keep it, so it is not in this repository. */
export const openResponsesDocument =
  process.env.OPEN_RESPONSES_SCHEMA ?? beside('reference/open-responses.openapi.json');

/** Chat templates of models lie here; they belong to their makers as well. */
export const chatTemplates = process.env.CHAT_TEMPLATES ?? beside('templates');

export const hasOpenResponsesDocument = existsSync(openResponsesDocument);
export const hasRedis =
  spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).error === undefined;

/** Debian's package has the browser here. */
export const chromiumProgram = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Finds the folder of the newest PostgreSQL's programs, which Debian leaves off the PATH. */
export const postgresPrograms = findPostgres();

const pythonClients = resolve(import.meta.dirname, '../../node_modules/.cache/python-clients');

const needs = [
  [
    existsSync(join(pythonClients, 'bin/llm-comply')),
    'Python clients and suites of others. To have them: scripts/install-python-clients.sh',
  ],
  [
    hasOpenResponsesDocument,
    'checks against the Open Responses schema. To have them: curl -o /tmp/open-responses.json' +
      ' https://raw.githubusercontent.com/openresponses/openresponses/main/public/openapi/openapi.json' +
      ' and OPEN_RESPONSES_SCHEMA=/tmp/open-responses.json',
  ],
  [
    existsSync(chatTemplates),
    "the models' chat templates. To have them: a folder of *.jinja files and CHAT_TEMPLATES=folder",
  ],
  [
    hasRedis,
    'the Redis store. To have it: redis-server on the PATH (apt-get install redis-server)',
  ],
  [
    existsSync(chromiumProgram),
    'the inspector in a browser. To have it: apt-get install chromium, or CHROMIUM=path of one',
  ],
  [
    postgresPrograms !== undefined,
    'the PostgreSQL store. To have it: its server (apt-get install postgresql)',
  ],
];

/** Says as Jest's global setup what this run leaves out, a line each, once for all test files. */
export default function tellWhatIsMissing() {
  for (const [isThere, what] of needs) {
    if (!isThere) process.stderr.write(`skipped: ${what}\n`);
  }
}

function findPostgres() {
  const versions = globSync('/usr/lib/postgresql/*/bin').sort((one, other) =>
    other.localeCompare(one, 'en', { numeric: true }),
  );
  const folders = [...versions, ...(process.env.PATH ?? '').split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}
