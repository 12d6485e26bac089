import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ChatChunk } from '../../src/contracts/chat/chunk.js';
import type { BackendDialect } from '../../src/responses/translator/dialect.js';

/** The recorded answers: one file per quirk, whose name says which. */
export const FIXTURES = resolve(import.meta.dirname, '../../src/responses/translator/__fixtures__');
const SUFFIX = '.chunks.jsonl';

export const fixtureNames: readonly string[] = readdirSync(FIXTURES)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length));

export function readFixture(name: string): ChatChunk[] {
  const lines = readFileSync(resolve(FIXTURES, `${name}${SUFFIX}`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as ChatChunk);
}

/** What the name says of the profile under which the answer is read. */
export function fixtureProfile(name: string): Pick<BackendDialect, 'thinkTags' | 'toolCallRescue'> {
  const readsTags = name.includes('open-think-tags') ? 'open' : 'tags';
  return {
    thinkTags: name.includes('think-tags') ? readsTags : 'off',
    toolCallRescue: name.startsWith('rescue-'),
  };
}

const schema = {
  type: 'object',
  properties: { zone: { type: 'string' }, count: { type: 'integer' } },
};

/** The tools that the recorded models had. */
export const fixtureTools = [
  { type: 'function', name: 'get_time', parameters: schema },
  { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } },
];
