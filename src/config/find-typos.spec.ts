import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { findTypos } from './find-typos.js';

const settings = [
  'BACKEND_URL',
  'STORE_URL',
  'PROXY_API_KEYS',
  'MAX_CONCURRENT_STREAMS',
  'HOST',
  'PORT',
];

describe('names that are meant to be a setting', () => {
  it.each([
    ['BACKEND_ULR', 'BACKEND_URL'],
    ['backend_url', 'BACKEND_URL'],
    ['STORE_URI', 'STORE_URL'],
    ['PROXY_API_KEY', 'PROXY_API_KEYS'],
    ['MAX_CONCURENT_STREAMS', 'MAX_CONCURRENT_STREAMS'],
  ])('%s', (name, meant) => {
    expect(findTypos([name], settings)).toEqual([`${name} is no setting: ${meant} is meant?`]);
  });

  it.each([
    'HOME',
    'HOSTNAME',
    'PATH',
    'POST',
    'BACKEND_PORT',
    'BACKENDS_SERVICE_HOST',
    'STORE_URL',
  ])('%s is none of them', (name) => {
    expect(findTypos([name], settings)).toEqual([]);
  });

  it('the variables of .env.sample and of the Compose file are no typos of one another', () => {
    const text = ['.env.sample', 'docker-compose.yaml']
      .map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'))
      .join('\n');
    const sample = [...text.matchAll(/^#? ?([A-Z][A-Z_]{3,})=/gm)].map(([, name = '']) => name);
    const composed = [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name);
    expect(sample.length).toBeGreaterThan(20);
    expect(findTypos(composed, sample)).toEqual([]);
  });
});
