import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatChunk } from '../../src/contracts/chat/chunk.js';
import { FIXTURES } from './fixtures.js';

/** The answers of backends that speak Responses lie here: one file of events per quirk, whose name says which. */
export const RESPONSES_FIXTURES = join(FIXTURES, 'responses');
const SUFFIX = '.chunks.jsonl';

export const responsesFixtureNames: readonly string[] = readdirSync(RESPONSES_FIXTURES)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length));

export function readResponsesFixture(name: string): ChatChunk[] {
  const lines = readFileSync(join(RESPONSES_FIXTURES, `${name}${SUFFIX}`), 'utf8').trim();
  return lines.split('\n').map((line) => JSON.parse(line) as ChatChunk);
}
