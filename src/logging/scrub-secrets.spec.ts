import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { maskKey } from './mask-key.js';
import { scrubSecrets } from './scrub-secrets.js';
import { growthOf } from '../../test/support/growth.js';

const key = 'sk-proj-Abcdefghijklmnopqrstuvwxyz0123456789';

describe('maskKey', () => {
  it.each([
    [key, 'sk-pro...6789'],
    ['1234567890123', '123456...0123'],
    ['123456789012', '***'],
    ['', '***'],
  ])('%s -> %s', (text, masked) => {
    expect(maskKey(text)).toBe(masked);
  });
});

describe('scrubSecrets', () => {
  it.each([
    [`Authorization: Bearer ${key}`],
    [`bearer   ${key}`],
    [`the key ${key} is wrong`],
    ['key cpk_0123456789abcdef.0123456789abcdef.ghijklmnop'],
    [`GET https://api.example/v1?api_key=plainsecretvalue&x=1`],
    [`GET https://api.example/v1?key=plainsecretvalue`],
    [`GET /v1/responses/Bearer%20${key}`],
    [`GET /v1/responses/a%2F${key}`],
    ['GET /v1/responses/Bearer+plainsecretvalue'],
    ['x-api-key: plainsecretvalue'],
    ['password=plainsecretvalue'],
    ['https://user:plainsecretvalue@host/v1'],
    ['Incorrect API key provided: plainsecretvalue. You can find'],
    ['Authorization: Basic dXNlcjpwbGFpbnNlY3JldHZhbHVl'],
    [JSON.stringify({ headers: { authorization: 'plainsecretvalue' } })],
    [JSON.stringify({ headers: { 'X-Api-Key': ['plainsecretvalue', 'plainsecretvalue'] } })],
    [JSON.stringify({ rawHeaders: ['Host', 'x', 'x-api-key', 'plainsecretvalue'] })],
    [JSON.stringify({ a: [{ b: { Cookie: 'session="plainsecretvalue"; x=1' } }] })],
    [JSON.stringify({ authorization: { value: 'plainsecretvalue' } })],
    [JSON.stringify({ body: JSON.stringify({ api_key: 'plainsecretvalue', n: 1 }) })],
    [JSON.stringify({ b: JSON.stringify({ b: JSON.stringify({ api_key: 'plainsecretvalue' }) }) })],
    [JSON.stringify({ OPENAI_API_KEY: 'plainsecretvalue' })],
  ])('masks %s', (text) => {
    const scrubbed = scrubSecrets(text);
    expect(scrubbed).not.toContain('plainsecretvalue');
    expect(scrubbed).not.toContain(key);
    expect(scrubbed).not.toContain('0123456789abcdef');
    expect(scrubbed).not.toContain('dXNlcjpwbGFpbnNlY3JldHZhbHVl');
    if (text.startsWith('{')) expect(() => JSON.parse(scrubbed) as unknown).not.toThrow();
  });

  it.each([
    ['{"level":"INFO","msg":"request_completed","inputTokens":12,"outputTokens":3}'],
    ['the task-force asked for basics; risk-management, disk-cache-layer-one'],
    ['{"param":"authorization","code":"x"}'],
    ['{"bearer":1}'],
    [JSON.stringify({ body: JSON.stringify({ field: 'password', code: 'x' }) })],
    ['https://llm.chutes.ai/v1/chat/completions'],
  ])('leaves %s alone', (text) => {
    expect(scrubSecrets(text)).toBe(text);
  });

  it('keeps JSON valid and finds a planted key wherever it is', () => {
    const name = fc.constantFrom('authorization', 'x-api-key', 'cookie', 'password', 'note', 'a"b');
    const leaf = fc.oneof(fc.string(), fc.constant(`Bearer ${key}`), fc.constant(`${key} "\\n`));
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 4 }),
        tie('value').map((value) => JSON.stringify(value)),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        const scrubbed = scrubSecrets(JSON.stringify(value));
        JSON.parse(scrubbed);
        expect(scrubbed).not.toContain(key);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '\\',
    '\\authorization',
    'a-',
    '"authorization',
    '\\"',
    'api key ',
    '://a',
    'sk-',
    '"cookie":"\\',
    ' ',
    'bearer ',
    'https://a.example/',
    'a.b/',
    'authorization: ',
    '"authorization":[',
    '"authorization":{"a":',
  ])('takes linear time on a run of %j', (unit) => {
    // The text is thirty-two times as long: linear work takes about 32 times as long, quadratic work about 1,024 times.
    const scrub = (length: number): void => {
      scrubSecrets(`authorization ${unit.repeat(Math.ceil(length / unit.length))}"x"`);
    };
    expect(growthOf(scrub, 5_000, 160_000, 320)).toBeLessThan(320);
  });
});
