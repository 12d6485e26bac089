import { describe, expect, it } from '@jest/globals';
import type { Usage } from '../contracts/responses/response.js';
import { RelayedUsage } from './relayed-usage.js';

const MIB = 1024 * 1024;
const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
const event = (chunk: unknown): string => `data: ${JSON.stringify(chunk)}\n\n`;

function relay(isAskedFor: boolean, pieces: readonly (string | Buffer)[]) {
  const told: Usage[] = [];
  const shown: Buffer[] = [];
  const relayed = new RelayedUsage(1, isAskedFor, (said) => told.push(said));
  const listener = relayed.watch({
    onStart: () => undefined,
    onData: (bytes) => shown.push(bytes),
    onEnd: () => undefined,
    onError: () => undefined,
  });
  listener.onStart(200, { 'content-type': 'text/event-stream' });
  for (const piece of pieces) listener.onData(Buffer.from(piece));
  const beforeEnd = shown.reduce((sum, { length }) => sum + length, 0);
  listener.onEnd();
  return { told, beforeEnd, shown: Buffer.concat(shown).toString(), used: relayed.used };
}

describe('the usage of a stream', () => {
  const word = event({ choices: [{ delta: { content: 'é' } }] });
  const last = event({ choices: [], usage });
  const whole = Buffer.from(`${word}${last}data: [DONE]\n\n`);

  it.each([
    [true, whole.toString()],
    [false, `${word}data: [DONE]\n\n`],
  ])('is read wherever the bytes are cut; asked for: %s', (isAskedFor, expected) => {
    for (let at = 0; at <= whole.length; at++) {
      const { told, shown } = relay(isAskedFor, [whole.subarray(0, at), whole.subarray(at)]);
      expect(shown).toBe(expected);
      expect(told).toMatchObject([{ input_tokens: 9, output_tokens: 4 }]);
    }
  });
});

it.each([
  ['without a line end', 'x'.repeat(MIB)],
  ['of lines that are never empty', 'data: x\n'.repeat(MIB / 8)],
])('holds no more than 8 MiB of an event %s, and passes all of it on', (_kind, mebibyte) => {
  const { beforeEnd, shown } = relay(
    false,
    Array.from({ length: 10 }, () => mebibyte),
  );
  expect(beforeEnd).toBe(10 * MIB);
  expect(shown).toBe(mebibyte.repeat(10));
});

it('does not read again what it holds with each small piece of one long event', () => {
  const line = 'data: word\n'.repeat(9);
  const pieces = Array.from({ length: 60_000 }, () => line);
  expect(relay(false, pieces).shown).toBe(pieces.join(''));
});
