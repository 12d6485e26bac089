import { expect, it } from '@jest/globals';
import { presetSources } from '../src/responses/backend/dialects/preset-sources.js';
import { modelFamilies } from '../src/responses/backend/families/model-families.js';
import type { ModelFamily } from '../src/responses/backend/families/model-family.js';
import { dialectFields } from '../src/responses/translator/dialect/dialect.js';
import type { DialectField } from '../src/responses/translator/dialect/field-kinds.js';
import { expectMadeTable } from './support/made-table.js';

/** Holds the tables of docs/backends.md that are made from data against it. `UPDATE_FIXTURES=true` writes them. */

it('docs/backends.md shows the fields of a dialect as the data has them', async () => {
  const rows = Object.entries<DialectField>(dialectFields).map(([name, field]) => [
    `\`${name}\``,
    valuesOf(field),
    usualOf(field),
    field.says,
  ]);
  expect(rows.length).toBeGreaterThan(30);
  await expectMadeTable('fields', [['field', 'values', 'usual', 'what it says'], ...rows]);
});

it('docs/backends.md shows the sources of the presets as the data has them', async () => {
  await expectMadeTable('sources', [
    ['preset', 'source'],
    ...Object.entries(presetSources).map(([name, source]) => [`\`${name}\``, source]),
  ]);
});

it('docs/backends.md shows the families as the data has them', async () => {
  const titles = ['family', 'everywhere', 'on engines', 'at a host', 'source'];
  await expectMadeTable('families', [titles, ...modelFamilies.map(rowOf)]);
});

function valuesOf(field: DialectField): string {
  if (field.kind === 'switch') return 'switch';
  if (field.kind === 'number') return `${field.min} to ${field.max}`;
  if (field.kind === 'words') return 'table of words';
  const values = field.values.map((value) => `\`${value}\``).join(', ');
  return field.kind === 'list' ? `list of ${values}` : values;
}

function usualOf({ kind, usual }: DialectField): string {
  if (kind === 'switch') return usual ? 'on' : 'off';
  if (kind === 'words')
    return Object.entries(usual)
      .map((pair) => pair.join(' → '))
      .join(', ');
  return kind === 'list' ? 'all' : `\`${usual}\``;
}

function rowOf({ name, source, model, template, engine, at = {} }: ModelFamily): string[] {
  const hosts = Object.entries(at).map(([host, fields]) => `${host}: ${told(fields)}`);
  return [name, told(model), told({ ...template, ...engine }), hosts.join('; '), source];
}

function told(fields: object = {}): string {
  return Object.entries(fields)
    .map(
      ([name, value]) =>
        `\`${name}\` ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
    )
    .join(', ');
}
