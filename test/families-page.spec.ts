import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import * as prettier from 'prettier';
import { modelFamilies } from '../src/responses/backend/families/model-families.js';
import type { ModelFamily } from '../src/responses/backend/families/model-family.js';

const PAGE = resolve(import.meta.dirname, '../docs/backends.md');
const BEGIN = '<!-- families: made from src/responses/backend/families -->\n';
const END = '<!-- end of families -->';

/** `UPDATE_FIXTURES=true` writes the table. */
it('docs/backends.md shows the families as the data has them', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const [head = '', rest = ''] = page.split(BEGIN);
  const tail = rest.slice(rest.indexOf(END));
  const rows = modelFamilies.map(rowOf).join('\n');
  const table = `| family | everywhere | on engines | at a host | source |\n| --- | --- | --- | --- | --- |\n${rows}\n`;
  const made = await prettier.format(`${head}${BEGIN}\n${table}\n${tail}`, {
    ...(await prettier.resolveConfig(PAGE)),
    parser: 'markdown',
  });
  if (process.env.UPDATE_FIXTURES === 'true') writeFileSync(PAGE, made);
  expect(readFileSync(PAGE, 'utf8')).toBe(made);
});

function rowOf({ name, source, model, template, engine, at = {} }: ModelFamily): string {
  const hosts = Object.entries(at).map(([host, fields]) => `${host}: ${told(fields)}`);
  const cells = [name, told(model), told({ ...template, ...engine }), hosts.join('; '), source];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function told(fields: object = {}): string {
  return Object.entries(fields)
    .map(
      ([name, value]) =>
        `\`${name}\` ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
    )
    .join(', ');
}
