import { describe, expect, it } from '@jest/globals';
import { codesOf, readProjectFile, tableRows } from './support/documentation.js';
import { readSdkTypes, sdkKinds, type SdkKind } from './support/sdk-types.js';

/**
 * Expects every name that the installed `openai` package has to be decided in docs/compatibility.md: in the table of its kind, or
 * among the further names. A newer package with a new name fails here until somebody decides.
 */
const page = readProjectFile('docs/compatibility.md');
const named = readSdkTypes();

const tables: Partial<Record<SdkKind, string>> = {
  'request field': 'Request fields',
  'input item': 'Input items',
  'content part': 'Content parts',
  tool: 'Tools',
  'output item': 'Output items',
  event: 'Events',
};

const further = tableRows(page, 'Further names');

function decided(kind: SdkKind): string[] {
  const heading = tables[kind];
  const rows = heading === undefined ? [] : tableRows(page, heading);
  const names = rows.flatMap(([cell]) => codesOf(cell));
  const others = further.filter(([of]) => of === kind).flatMap(([, cell]) => codesOf(cell));
  // A row may be about a part of a field: `reasoning.effort`.
  const fields = kind === 'request field' ? names.map((name) => name.split('.')[0] ?? '') : [];
  return [...names, ...fields, ...others];
}

describe('the names of the openai package', () => {
  it.each(sdkKinds)('each %s is decided', (kind) => {
    const names = named.get(kind) ?? [];
    expect(names.length).toBeGreaterThan(1);
    const known = new Set(decided(kind));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it('are all that the page decides beyond its tables', () => {
    const strange = further.flatMap(([kind, cell]) =>
      codesOf(cell).filter((name) => !(named.get(kind as SdkKind) ?? []).includes(name)),
    );
    expect(strange).toEqual([]);
  });
});
