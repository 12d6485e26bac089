import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { eventViolations } from '../../../testing/event-invariants.js';
import {
  FIXTURES,
  fixtureNames,
  fixtureProfile,
  offeredToolsOf,
  readFixture,
} from '../../../../test/support/fixtures.js';
import { eventSchemaViolations } from '../../../../test/support/open-responses-schema.js';
import { createHarness, translateAll } from '../../../../test/support/response-stream-harness.js';
import { sketchEvents } from '../../../../test/support/sketch-events.js';
import { testDialect } from '../../../../test/support/test-dialect.js';
import { foldEvents } from '../fold-events.js';

const names = fixtureNames;

function harnessFor(
  name: string,
  reasoningFormat: 'summary' | 'raw' = 'summary',
): ReturnType<typeof createHarness> {
  const dialect = testDialect(fixtureProfile(name));
  return createHarness({ dialect, offeredTools: offeredToolsOf(name), reasoningFormat });
}

describe('the events of each recorded answer', () => {
  it('there are fixtures', () => {
    expect(names.length).toBeGreaterThan(30);
  });

  it.each(names)('%s: as written down beside its chunks', (name) => {
    const harness = harnessFor(name);
    const sketch =
      sketchEvents(translateAll(readFixture(name), harness)) +
      harness.warnings
        .list()
        .map(({ code, message }) => `warning ${code}: ${message}\n`)
        .join('');
    const file = join(FIXTURES, `${name}.events.txt`);
    if (process.env.UPDATE_FIXTURES === 'true') writeFileSync(file, sketch);
    expect(sketch).toBe(readFileSync(file, 'utf8'));
  });

  it.each(names)('%s: keeps the rules and fits both schemas', (name) => {
    const events = translateAll(readFixture(name), harnessFor(name));
    expect(eventViolations(events)).toEqual([]);
    expect(events.flatMap(eventSchemaViolations)).toEqual([]);
  });

  it.each(names)('%s: raw reasoning keeps the rules too', (name) => {
    const events = translateAll(readFixture(name), harnessFor(name, 'raw'));
    expect(eventViolations(events)).toEqual([]);
  });

  it.each(names)('%s: all chunks in one read give the same answer', (name) => {
    const { stream } = harnessFor(name);
    const chunks = readFixture(name);
    const atOnce = [...stream.start(), ...stream.push(chunks), ...stream.end()];
    expect(atOnce).toEqual(translateAll(chunks, harnessFor(name)));
    expect(foldEvents(undefined, atOnce)).toBe(stream.response);
  });

  it.each(names)('%s: cut anywhere, it fails exactly once and never completes', (name) => {
    const chunks = readFixture(name);
    const finishAt = chunks.findIndex((chunk) =>
      JSON.stringify(chunk).includes('"finish_reason":"'),
    );
    for (let length = 0; length < finishAt; length++) {
      const events = translateAll(chunks.slice(0, length), harnessFor(name));
      expect(eventViolations(events)).toEqual([]);
      expect(events.at(-1)?.type).toBe('response.failed');
    }
  });
});
