import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ChatChunk } from '../../src/contracts/chat/chunk.js';
import type { BackendDialect } from '../../src/responses/translator/dialect/dialect.js';

/** The recorded answers lie here: one file per quirk, whose name says which. */
export const FIXTURES = resolve(import.meta.dirname, '../../src/responses/translator/__fixtures__');
const SUFFIX = '.chunks.jsonl';

export const fixtureNames: readonly string[] = readdirSync(FIXTURES)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length));

/**
 * Reads the lines of a fixture, or of a file elsewhere: one chunk each, after `{"options": {…}}` where it is read under another
 * profile. What the inspector exports has the requests there, too.
 */
function readLines(name: string): Record<string, unknown>[] {
  const lines = readFileSync(resolve(FIXTURES, `${name}${SUFFIX}`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

export function readFixture(name: string): ChatChunk[] {
  return readLines(name).filter((line) => !('options' in line));
}

/** Gives the profile under which the answer is read; tags are text unless it says otherwise. */
export function fixtureProfile(name: string): Partial<BackendDialect> {
  const [first] = readLines(name);
  return { thinkTags: 'off', toolCallRescue: false, ...(first?.options as object | undefined) };
}

interface Offered {
  function?: { name: string; parameters?: Record<string, unknown> };
}

/** Gives the tools that the model had: those of the request, where the fixture has one. */
export function offeredToolsOf(name: string): ReadonlyMap<string, Record<string, unknown>> {
  const { chat_request: request } = (readLines(name)[0] ?? {}) as {
    chat_request?: { tools?: Offered[] } | null;
  };
  if (request === undefined || request === null)
    return new Map(fixtureTools.map(({ name: known, parameters }) => [known, parameters]));
  const functions = (request.tools ?? []).flatMap(({ function: given }) => given ?? []);
  return new Map(functions.map(({ name: given, parameters = {} }) => [given, parameters]));
}

const schema = {
  type: 'object',
  properties: { zone: { type: 'string' }, count: { type: 'integer' } },
};

/** The recorded models had these tools. */
export const fixtureTools = [
  { type: 'function', name: 'get_time', parameters: schema },
  { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } },
];
