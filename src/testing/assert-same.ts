import assert from 'node:assert/strict';
import { types } from 'node:util';

/**
 * Compares what two values hold. Their prototypes are left out: some test runners run tests in a realm of their own, whose arrays are
 * others than those of Node's own modules. @throws AssertionError that shows both.
 */
export function assertSame(actual: unknown, expected: unknown, message?: string): void {
  assert.deepEqual(plain(actual), plain(expected), message);
}

function plain(value: unknown): unknown {
  if (value === undefined) return undefined;
  return JSON.parse(JSON.stringify(types.isMap(value) ? Object.fromEntries(value) : value));
}
