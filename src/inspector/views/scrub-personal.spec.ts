import { describe, expect, it } from '@jest/globals';
import { scrubPersonal } from './scrub-personal.js';

describe('what goes into a fixture', () => {
  it('says nothing of who somebody is, and has no key', () => {
    const json = scrubPersonal({
      user: 'jane',
      metadata: { team: 'blue' },
      safety_identifier: 'u-1',
      prompt_cache_key: null,
      input: [
        {
          role: 'user',
          content: 'I am jane.doe+x@mail.example.com, see /home/jane/x and C:\\Users\\jane\\y',
        },
      ],
      note: 'the key is sk-proj-Abcdefgh12345678',
    });
    expect(JSON.parse(json)).toEqual({
      user: '***',
      metadata: {},
      safety_identifier: '***',
      prompt_cache_key: null,
      input: [
        {
          role: 'user',
          content: 'I am someone@example.com, see /home/someone/x and C:\\Users\\someone\\y',
        },
      ],
      note: expect.not.stringContaining('12345678'),
    });
  });
});
