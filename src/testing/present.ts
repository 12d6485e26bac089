import assert from 'node:assert/strict';

/** Gives the value. @throws AssertionError where there is none. */
export function present<T>(value: T | undefined): T {
  assert.ok(value !== undefined, 'There is nothing.');
  return value;
}
