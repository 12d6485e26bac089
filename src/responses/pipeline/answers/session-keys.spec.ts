import { describe, expect, it } from '@jest/globals';
import type { Settings } from '../../../config/settings.js';
import { SessionKeys } from './session-keys.service.js';

const sessionKeys = (secret?: string) =>
  new SessionKeys({ store: { secret } as Settings['store'] });
const alice = { identity: 'key-of-alice' };
const bob = { identity: 'key-of-bob' };

describe('the name of a conversation', () => {
  it('is the same on every replica with the same secret', () => {
    const [one, other] = [sessionKeys('the same secret'), sessionKeys('the same secret')];
    expect(one.keyOf(alice, 'c')).toBe(other.keyOf(alice, 'c'));
    expect(one.keyOf(alice, 'c')).not.toBe(sessionKeys('another secret').keyOf(alice, 'c'));
  });

  it('is another one for each caller, conversation and process without a secret', () => {
    const keys = sessionKeys();
    const names = [
      keys.keyOf(alice, 'c'),
      keys.keyOf(bob, 'c'),
      keys.keyOf({ identity: undefined }, 'c'),
      keys.keyOf(alice, 'd'),
      sessionKeys().keyOf(alice, 'c'),
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(keys.keyOf(alice, 'c')).toBe(names[0]);
  });

  it('fits every field and header, whatever the conversation is called', () => {
    expect(sessionKeys('s').keyOf(alice, 'Grüße\r\nx: y')).toMatch(/^[\w-]{43}$/);
  });
});
