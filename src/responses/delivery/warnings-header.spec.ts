import { describe, expect, it } from '@jest/globals';
import type { TranslationWarning } from '../translator/warning.js';
import { formatWarningsHeader } from './warnings-header.js';

const warning = (message: string): TranslationWarning => ({
  code: 'field_ignored',
  param: 'n',
  message,
});

describe('formatWarningsHeader', () => {
  it('is compact JSON', () => {
    expect(formatWarningsHeader([warning('gone')])).toBe(
      '[{"code":"field_ignored","param":"n","message":"gone"}]',
    );
  });

  it('is ASCII without line breaks, whatever the message', () => {
    const header = formatWarningsHeader([warning('wörld 🌍\r\nset-cookie: x')]);
    expect(header).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(header)).toEqual([warning('wörld 🌍\r\nset-cookie: x')]);
  });

  it('is bounded, and says how much is missing', () => {
    const header = formatWarningsHeader(Array.from({ length: 90 }, () => warning('x'.repeat(100))));
    expect(header.length).toBeLessThanOrEqual(4096);
    const entries = JSON.parse(header) as { code: string; message: string }[];
    const last = entries.at(-1);
    expect(last?.code).toBe('warnings_omitted');
    expect(last?.message).toBe(`${90 - (entries.length - 1)} more`);
  });
});
