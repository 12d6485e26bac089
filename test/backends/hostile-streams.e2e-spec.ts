import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ResponseEvent } from '../../src/contracts/responses/events.js';
import { eventViolations } from '../../src/testing/event-invariants.js';
import { fixtureNames, fixtureProfile, fixtureTools, readFixture } from '../support/fixtures.js';
import { eventSchemaViolations } from '../support/open-responses-schema.js';
import { createHarness, translateAll } from '../support/response-stream-harness.js';
import { sketchEvents } from '../support/sketch-events.js';
import { parseEventStream } from '../../src/testing/sse-text.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { testDialect } from '../support/test-dialect.js';
import { rawForms } from './support/raw-answers.js';
import { startRawBackend, type RawReply } from './support/raw-backend.js';

/** Sends every recorded quirk, in every form in which bytes may arrive, through the whole service. */

const replies = new Map<string, RawReply>();
for (const name of fixtureNames) {
  for (const [form, write] of rawForms) replies.set(`${name} ${form}`, write(readFixture(name)));
}

const [, plain] = rawForms[0]!;
const text = plain([{ choices: [{ delta: { content: 'half' }, finish_reason: null }] }]);
const body = Buffer.concat(text.pieces).subarray(0, -'data: [DONE]\n\n'.length);
const half: RawReply = { headers: text.headers, pieces: [body] };
const page = {
  headers: { 'content-type': 'text/html' },
  pieces: [Buffer.from('<html><title>Oops</title>')],
};

const broken: [name: string, reply: RawReply, status: number, code: string][] = [
  ['cut in the middle', { ...half, ending: 'cut' }, 502, 'backend_stream_error'],
  [
    'cut inside a line',
    { ...half, pieces: [body.subarray(0, 20)], ending: 'cut' },
    502,
    'backend_stream_error',
  ],
  ['silent for ever', { ...half, ending: 'stall' }, 504, 'backend_timeout'],
  ['ended without a finish', half, 502, 'backend_stream_error'],
  ['shorter than it says', { ...half, contentLength: 9999 }, 502, 'backend_stream_error'],
  ['cut short by its own length', { ...half, contentLength: 30 }, 502, 'backend_stream_error'],
  ['a page for a stream', page, 502, 'backend_stream_error'],
  ['nothing at all', { ...half, pieces: [] }, 502, 'backend_stream_error'],
  [
    'no gzip in gzip',
    { ...half, headers: { ...text.headers, 'content-encoding': 'gzip' } },
    502,
    'backend_stream_error',
  ],
  [
    'a line without end',
    { ...half, pieces: Array.from({ length: 40 }, () => Buffer.alloc(1024, 'x')) },
    502,
    'backend_stream_error',
  ],
  [
    'an error with a 200',
    { ...half, pieces: [Buffer.from('{"error":{"message":"Slow down","code":429}}')] },
    429,
    'rate_limit_exceeded',
  ],
  ['an error page with a 503', { ...page, status: 503 }, 503, 'server_is_overloaded'],
];
for (const [name, reply] of broken) replies.set(name, reply);

let backend: { url: string; close: () => Promise<void> };
let proxy: StartedApp;
const folder = mkdtempSync(join(tmpdir(), 'profiles-'));

beforeAll(async () => {
  const profiles = join(folder, 'profiles.json');
  const models = fixtureNames.map((name) => [`${name} *`, fixtureProfile(name)] as const);
  writeFileSync(profiles, JSON.stringify({ models: Object.fromEntries(models) }));
  backend = await startRawBackend(replies);
  proxy = await startApp({
    BACKEND_URL: backend.url,
    BACKEND_DIALECT: 'default',
    BACKEND_PROFILES: profiles,
    BACKEND_IDLE_TIMEOUT_SECS: '1',
    BACKEND_RETRIES: '0',
    ENABLE_CIRCUIT_BREAKER: 'false',
    MAX_STREAM_LINE_BYTES: '20000',
  });
});

afterAll(async () => {
  await proxy.close();
  await backend.close();
  rmSync(folder, { recursive: true });
});

function post(model: string, stream: boolean): Promise<Response> {
  return fetch(`${proxy.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer key-1' },
    body: JSON.stringify({ model, input: 'Hi', stream, tools: fixtureTools }),
  });
}

/** Makes events comparable: ids are random here, and missing usage is estimated. */
function comparable(events: readonly ResponseEvent[]): string {
  return sketchEvents(events)
    .replace(/call_\w{20,}/g, 'call_*')
    .replace(/usage=.*/g, '');
}

describe.each(rawForms)('answers %s', (form) => {
  it.each(fixtureNames)('%s', async (name) => {
    const dialect = testDialect(fixtureProfile(name));
    const offeredTools = new Map(fixtureTools.map((tool) => [tool.name, tool.parameters]));
    const expected = translateAll(readFixture(name), createHarness({ dialect, offeredTools }));
    const reply = await post(`${name} ${form}`, true);
    const events = parseEventStream(await reply.text());
    expect(comparable(events)).toBe(comparable(expected));
    expect(eventViolations(events)).toEqual([]);
    expect(events.flatMap(eventSchemaViolations)).toEqual([]);
  });
});

describe('answers that break', () => {
  it.each(broken)('%s: one failed response', async (name) => {
    const reply = await post(name, true);
    if (reply.status === 200) {
      const events = parseEventStream(await reply.text());
      expect(events.at(-1)?.type).toBe('response.failed');
      expect(eventViolations(events)).toEqual([]);
    } else {
      expect(await reply.json()).toMatchObject({ error: { message: expect.any(String) } });
    }
  });

  it.each(broken)('%s: a status without a stream', async (name, _reply, status, code) => {
    const reply = await post(name, false);
    expect(await reply.json()).toMatchObject({ error: { code } });
    expect(reply.status).toBe(status);
  });
});
