import { describe, expect, it } from '@jest/globals';
import { dialectNames, resolveDialect } from '../src/responses/backend/dialects/resolve-dialect.js';
import { parseProfiles } from '../src/responses/backend/profiles/read-profiles.js';
import { codeBlocksOf, codesOf, readProjectFile, tableRows } from './support/documentation.js';

/** Holds docs/backends.md against the presets and the rules of the profiles. */

const page = readProjectFile('docs/backends.md');
const sections = codeBlocksOf(page, 'bash').map((block) => {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(block)?.[1] ?? '';
  return {
    url: value('BACKEND_URL'),
    dialect: value('BACKEND_DIALECT'),
    lines: block.trim().split('\n').length,
  };
});

describe('the page of backends', () => {
  it('has a section of three lines for every preset', () => {
    expect(sections.map(({ dialect }) => dialect).sort()).toEqual([...dialectNames].sort());
    expect(sections.every(({ lines }) => lines === 3)).toBe(true);
  });

  it.each(sections)('$dialect is found by its URL', ({ url, dialect }) => {
    expect(resolveDialect('auto', new URL(url)).name).toBe(dialect);
  });

  it('has the URLs of the README', () => {
    const rows = tableRows(readProjectFile('README.md'), 'Backends');
    const urls = rows.map(([, url]) => codesOf(url)[0]);
    expect(sections.map(({ url }) => url).filter((url) => !urls.includes(url))).toEqual([
      'http://backend.example/v1/chat/completions',
    ]);
  });

  it('has profiles that can be read', () => {
    const [example = ''] = codeBlocksOf(page, 'yaml');
    expect(parseProfiles(example).models.length).toBeGreaterThan(2);
  });

  it('explains every field that a profile has beside the dialect’s', () => {
    const source = readProjectFile('src/responses/backend/profiles/profile-entry.ts');
    const body = source.split('export class ProfileRules {')[1]?.split('\n}\n')[0] ?? '';
    const fields = [...body.matchAll(/^ {2}(?:@.*\) )?(\w+)\?: /gm)].map(([, field]) => field);
    const documented = tableRows(page, 'Profiles').map(([field]) => codesOf(field)[0]);
    expect(fields.length).toBeGreaterThan(5);
    expect(documented.slice(0, fields.length)).toEqual(fields);
  });

  it('says where the rescue is on', () => {
    const rescued = dialectNames.filter(
      (name) => resolveDialect(name, new URL('http://b.test')).toolCallRescue,
    );
    const list = new Intl.ListFormat('en-GB').format(rescued.map((name) => `\`${name}\``));
    expect(page).toContain(`It is on for ${list}`);
  });
});
