import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from './read-environment.js';

type Table = Record<string, string>;

function defaultsOfClass(): Table {
  return Object.fromEntries(
    Object.entries(readEnvironment({})).map(([name, value]) => [name, String(value ?? '')]),
  );
}

function defaultsOf(path: string, line: RegExp): Table {
  const rows = [...readFileSync(path, 'utf8').matchAll(line)];
  const table = Object.fromEntries(rows.map((row) => [row[1]!, row[2]!]));
  expect(Object.keys(table)).toHaveLength(rows.length);
  return table;
}

describe('the three lists of variables', () => {
  const expected = defaultsOfClass();

  it('knows all of them', () => {
    expect(Object.keys(expected).length).toBeGreaterThan(30);
    expect(expected).toMatchObject({ BACKEND_HOST_HEADER: '', HOST_PORT: '8282' });
  });

  it('.env.sample has the names and defaults of the class', () => {
    expect(defaultsOf('.env.sample', /^([A-Z][A-Z_]*)=(.*)$/gm)).toEqual(expected);
  });

  it('every line of .env.sample has a comment above it', () => {
    const lines = readFileSync('.env.sample', 'utf8').split('\n');
    const bare = lines.filter(
      (line, index) =>
        line.includes('=') && !lines[index - 1]?.startsWith('# ') && !line.startsWith('#'),
    );
    expect(bare).toEqual([]);
  });

  it('docs/configuration.md has the names and defaults of the class', () => {
    expect(defaultsOf('docs/configuration.md', /^\| `([A-Z_]+)` *\| *`?([^`|]*?)`? *\|/gm)).toEqual(
      expected,
    );
  });

  it('.env.sample itself is a valid configuration', () => {
    const sample = defaultsOf('.env.sample', /^([A-Z][A-Z_]*)=(.*)$/gm);
    expect(readEnvironment(sample)).toEqual(readEnvironment({}));
  });
});
