import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../config/read-environment.js';
import { toSettings } from '../config/to-settings.js';
import { Owners } from './owners.service.js';
import { storeOwner } from './store-owner.js';

const secret = 'a secret of sixteen';
const owners = (url = 'memory:') =>
  new Owners(toSettings(readEnvironment({ STORE_URL: url, STORE_SECRET: secret })));

describe('Owners', () => {
  it('gives a caller the same owner each time, and the next caller another one', () => {
    const all = owners();
    for (let time = 0; time < 2; time++) {
      expect(all.of({ identity: { id: 'key-a' }, caller: 'a' })).toBe(storeOwner('key-a', secret));
      expect(all.of({ identity: { id: 'key-b' }, caller: 'b' })).toBe(storeOwner('key-b', secret));
    }
  });

  it('never takes a caller without an id for one whose key looks like its address', () => {
    const all = owners();
    const withKey = all.of({ identity: { id: '10.0.0.1' }, caller: 'hash of 10.0.0.1' });
    const without = all.of({ identity: { id: '' }, caller: 'hash of 10.0.0.1' });
    expect(without).toBe(storeOwner(undefined, secret));
    expect(without).not.toBe(withKey);
    expect(all.of({ identity: undefined, caller: 'hash of 10.0.0.1' })).toBe(without);
  });

  it('hashes anew the callers that it has no room for', () => {
    const all = owners();
    for (let index = 0; index < 2_000; index++)
      expect(all.of({ identity: { id: `key-${index}` }, caller: `${index}` })).toBe(
        storeOwner(`key-${index}`, secret),
      );
    expect(all.of({ identity: { id: 'key-0' }, caller: '0' })).toBe(storeOwner('key-0', secret));
  });

  it('hashes nothing where nothing is kept', () => {
    expect(owners('none:').of({ identity: { id: 'key' }, caller: 'a' })).toBe('');
  });
});
