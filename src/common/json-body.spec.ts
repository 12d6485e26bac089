import { describe, expect, it } from '@jest/globals';
import { ApiError } from './api-error.js';
import { parseJsonBody } from './json-body.js';

function failure(body: string | Buffer, maxDepth = 8): ApiError {
  try {
    parseJsonBody(Buffer.from(body), maxDepth);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('parseJsonBody', () => {
  it.each([
    ['{"a": x}', 'line 1, column 7 (position 6)'],
    ['{"a":1,}', 'line 1, column 8 (position 7)'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3 (position 13)'],
    ["{'a': 1}", 'position 1'],
    ['[1 2]', 'position 3'],
    ['[1,2}', 'position 4'],
    ['{"a":1]', 'position 6'],
    ['{"a" 1}', 'position 5'],
    ['{"a":01}', 'position 6'],
    ['{"a":"\n"}', 'position 6'],
    ['{"a":"\\x"}', 'position 6'],
    ['{"a":"\\u12G4"}', 'position 6'],
    ['{} {}', 'position 3'],
    ['[undefined]', 'position 1'],
    ['[1]]', 'position 3'],
    ['{"a"', 'ends too early'],
    ['{"a":"b', 'ends too early'],
    ['[', 'ends too early'],
    ['  ', 'ends too early'],
    ['model=gpt&input=hi', 'position 0'],
  ])('says where %j is wrong', (body, place) => {
    const error = failure(body);
    expect(error).toMatchObject({ status: 400, code: 'invalid_json', param: null });
    expect(error.message).toContain(place);
  });

  it('does not choke on a long broken string', () => {
    expect(failure(`{"a":"${'\\n x'.repeat(240_000)}`).message).toContain('ends too early');
  });

  it('looks for a mistake no further than a million characters', () => {
    expect(failure(`["${'\\n'.repeat(400_000)}"}`).message).toContain('position 800003');
    expect(failure(`["${'\\n'.repeat(800_000)}"}`).message).toContain('first 1000000 characters');
  });

  it('refuses what is not UTF-8 instead of replacing it', () => {
    expect(failure(Buffer.from([0x22, 0xff, 0x22])).message).toContain('UTF-8');
  });

  it('takes an empty body for none', () => {
    expect(parseJsonBody(Buffer.from(''), 8)).toBeUndefined();
  });

  it('allows exactly the configured depth', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(parseJsonBody(Buffer.from(nested(8)), 8)).toBeInstanceOf(Array);
    expect(failure(nested(9)).message).toContain('MAX_JSON_DEPTH');
    expect(failure(nested(1_000_000)).message).toContain('MAX_JSON_DEPTH');
    expect(failure(`{"a":${'{"b":'.repeat(8)}1${'}'.repeat(9)}`).message).toContain('8 levels');
  });

  it('refuses more values than anybody sends before it parses them', () => {
    const names = (count: number) =>
      `{${Array.from({ length: count }, (_, index) => `"name${index}":1`).join()}}`;
    expect(failure(names(60_001))).toMatchObject({ status: 413, code: 'request_too_large' });
    expect(parseJsonBody(Buffer.from(names(60_000)), 8)).toBeInstanceOf(Object);
    const nested = (count: number) =>
      `[${'{"a":{"b":{"c":1}}},'.repeat(count / 3)}"${'x'.repeat(300_000)}"]`;
    expect(failure(nested(60_003)).message).toContain('60000 names');
    expect(parseJsonBody(Buffer.from(nested(60_000)), 8)).toBeInstanceOf(Array);
    const text = JSON.stringify({ input: '"a":1,'.repeat(300_000) });
    expect(parseJsonBody(Buffer.from(text), 8)).toBeInstanceOf(Object);
  });

  it('skips a byte order mark', () => {
    expect(parseJsonBody(Buffer.from('\ufeff{"a":"ä"}'), 8)).toEqual({ a: 'ä' });
  });

  it('keeps keys such as __proto__ without touching any prototype', () => {
    const value = parseJsonBody(
      Buffer.from('{"__proto__":{"polluted":1},"constructor":{"type":"string"}}'),
      8,
    );
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(JSON.stringify(value)).toContain('constructor');
  });
});
