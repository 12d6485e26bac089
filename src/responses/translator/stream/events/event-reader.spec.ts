import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventSchemaViolations } from '../../../../../test/support/open-responses-schema.js';
import {
  RESPONSES_FIXTURES,
  readResponsesFixture,
  responsesFixtureNames,
} from '../../../../../test/support/responses-fixtures.js';
import {
  createHarness,
  translateAll,
  type Harness,
} from '../../../../../test/support/response-stream-harness.js';
import { sketchEvents } from '../../../../../test/support/sketch-events.js';
import { testDialect } from '../../../../../test/support/test-dialect.js';
import { eventViolations } from '../../../../testing/event-invariants.js';
import { decodeThought } from '../../thought.js';
import { foldEvents } from '../../fold-events.js';

const dialect = testDialect({ api: 'responses', responsesReasoning: 'sealed', vendor: 'house' });
const harness = (): Harness =>
  createHarness({ dialect, sealReasoning: (text) => `sealed:${text}` });

describe('the answers of backends that speak Responses', () => {
  it.each(responsesFixtureNames)('%s: as written down beside its events', (name) => {
    const made = harness();
    const events = translateAll(readResponsesFixture(name), made);
    const sketch =
      sketchEvents(events) +
      made.warnings
        .list()
        .map(({ code, message }) => `warning ${code}: ${message}\n`)
        .join('');
    const file = join(RESPONSES_FIXTURES, `${name}.events.txt`);
    if (process.env.UPDATE_FIXTURES === 'true') writeFileSync(file, sketch);
    expect(sketch).toBe(readFileSync(file, 'utf8'));
    expect(eventViolations(events)).toEqual([]);
    if (!/openai-|unknown-annotations|hosted|namespaced/.test(name))
      expect(events.flatMap(eventSchemaViolations)).toEqual([]);
    expect(foldEvents(undefined, events)?.usage?.total_tokens ?? 19).toBe(19);
  });

  it('what a backend sealed is in the seal of its own item alone, under the id that it is bound to', () => {
    const { stream } = harness();
    const events = translateAll(readResponsesFixture('openai-reasoning-call-and-text'), {
      stream,
    } as Harness);
    const [reasoning] = foldEvents(undefined, events)?.output ?? [];
    const sealed = (reasoning as { encrypted_content: string }).encrypted_content;
    const thought = decodeThought(sealed.slice('sealed:'.length));
    expect(thought).toMatchObject({
      text: '**First**\n\nThen',
      vendor: 'house',
      details: [{ id: 'rs_1', encrypted_content: 'gAAAsealed1' }],
    });
    expect([...stream.thoughts.keys()]).toEqual([reasoning?.id, 'call_abc12345']);
  });
});

/** What a broken or hostile backend may do with a good stream. */
type Mutation = (events: Record<string, unknown>[], at: number, other: number) => void;
const mutations: Mutation[] = [
  (events, at) => events.splice(at, 1),
  (events, at) => events.splice(at, 0, structuredClone(events[at] ?? {})),
  (events, at, other) => events.splice(other, 0, ...events.splice(at, 1)),
  (events, at) => delete events[at]?.item_id,
  (events, at) => delete events[at]?.output_index,
  (events, at) => delete events[at]?.item,
  (events, at, other) => Object.assign(events[at] ?? {}, { output_index: other }),
  (events, at) => Object.assign(events[at] ?? {}, { item_id: 'constructor', delta: 5 }),
  (events, at) => Object.assign(events[at] ?? {}, { delta: null, text: {}, arguments: [] }),
  (events, at) => Object.assign(events[at] ?? {}, { type: 'toString' }),
  (events, at) => Object.assign(events[at] ?? {}, { item: 'x', response: 'y', part: 3 }),
  (events, at, other) => Object.assign(events[at] ?? {}, { item: events[other]?.item }),
  (events, at, other) => Object.assign(events[at] ?? {}, { type: events[other]?.type }),
  (events, at, other) =>
    Object.assign(events[at] ?? {}, { content_index: other, summary_index: 0 }),
];

it('tells of no part of an item that has none', () => {
  const events = readResponsesFixture('openai-web-search-with-annotations').map((event) =>
    event.type === 'response.web_search_call.searching' ? { ...event, content_index: 0 } : event,
  );
  const told = translateAll(events, harness());
  expect(told.map(({ type }) => type)).toContain('response.web_search_call.searching');
  expect(eventViolations(told)).toEqual([]);
});

it('whatever is done to a stream, its events keep every rule', () => {
  const change = fc.tuple(fc.constantFrom(...mutations), fc.nat(40), fc.nat(40));
  fc.assert(
    fc.property(
      fc.constantFrom(...responsesFixtureNames),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      (name, changes) => {
        const events = readResponsesFixture(name).map((event) => ({ ...event }));
        for (const [mutate, at, other] of changes)
          mutate(events, at % Math.max(1, events.length), other % Math.max(1, events.length));
        expect(eventViolations(translateAll(events, harness()))).toEqual([]);
      },
    ),
    { numRuns: 1_500 },
  );
});
