import { describe, expect, it } from '@jest/globals';
import { storeBytesWithin } from './default-memory.js';

const mebibyte = 1024 * 1024;
const defaults = { records: 256 * mebibyte, files: 128 * mebibyte };

describe('a store in memory', () => {
  it.each([
    ['plain', false, 4 / 3],
    ['sealed', true, 16 / 9],
  ])('takes a quarter of the heap with its files, %s', (_name, sealed, perByte) => {
    for (const heapMb of [128, 512, 1_024, 2_048, 4_096]) {
      const heap = heapMb * mebibyte;
      const { records, files } = storeBytesWithin(defaults, 'memory:', sealed, heap);
      expect(records + files * perByte).toBeLessThanOrEqual(heap / 4);
      expect(records).toBeGreaterThan(0);
      expect(files).toBeGreaterThan(0);
    }
  });

  it('takes what it is given where the heap has room', () => {
    expect(storeBytesWithin(defaults, 'memory:', false, 4_096 * mebibyte)).toEqual(defaults);
  });

  it('leaves all to the rest where no files are taken', () => {
    const wanted = { ...defaults, files: 0 };
    const given = storeBytesWithin(wanted, 'memory:', false, 512 * mebibyte);
    expect(given).toEqual({ records: 128 * mebibyte, files: 0 });
  });
});

it('a store elsewhere is not bounded by the heap', () => {
  expect(storeBytesWithin(defaults, 'sqlite:a.db', false, mebibyte)).toEqual(defaults);
});
