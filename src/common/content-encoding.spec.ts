import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { decompress, isCompressed } from './content-encoding.js';

const text = Buffer.from('{"input":"hello"}'.repeat(50));

describe('decompress', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('reads %s', async (encoding, compress) => {
    expect(await decompress(compress(text), encoding, text.length)).toEqual(text);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('stops a %s bomb at the limit', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(20_000_000));
    expect(bomb.length).toBeLessThan(50_000);
    await expect(decompress(bomb, encoding, 100_000)).rejects.toMatchObject({
      status: 413,
      code: 'request_too_large',
    });
  });

  it.each(['compress', 'gzip, br', 'gzip,gzip'])('refuses the encoding %j', async (encoding) => {
    await expect(decompress(text, encoding, 1_000_000)).rejects.toMatchObject({ status: 415 });
  });

  it.each(['gzip', 'deflate', 'br', 'zstd'])('names broken %s data', async (encoding) => {
    await expect(decompress(text, encoding, 1_000_000)).rejects.toMatchObject({
      status: 400,
      message: `The body is not valid ${encoding} data.`,
    });
  });

  it('gives a truncated body a 400', async () => {
    const whole = gzipSync(text);
    const cut = whole.subarray(0, whole.length - 10);
    await expect(decompress(cut, 'gzip', 1_000_000)).rejects.toMatchObject({ status: 400 });
  });
});

describe('isCompressed', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['identity', false],
    ['Identity', false],
    ['zstd', true],
  ])('%j: %s', (encoding, expected) => {
    expect(isCompressed(encoding)).toBe(expected);
  });
});
