import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from '@jest/globals';
import * as prettier from 'prettier';

const PAGE = resolve(import.meta.dirname, '../../docs/backends.md');

/**
 * Expects the table behind the comment `<!-- NAME: made from SOURCE -->` of docs/backends.md to be what the data says.
 * `UPDATE_FIXTURES=true` writes it.
 */
export async function expectMadeTable(name: string, rows: readonly string[][]): Promise<void> {
  const page = readFileSync(PAGE, 'utf8');
  const begin = new RegExp(`<!-- ${name}: made from .* -->\\n`).exec(page)?.[0] ?? '';
  const end = `<!-- end of ${name} -->`;
  expect([name, begin !== '', page.includes(end)]).toEqual([name, true, true]);
  const [head = '', rest = ''] = page.split(begin);
  const tail = rest.slice(rest.indexOf(end));
  const [titles = [], ...cells] = rows;
  const table = [titles, titles.map(() => '---'), ...cells].map(
    (row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  const made = await prettier.format(`${head}${begin}\n${table.join('\n')}\n\n${tail}`, {
    ...(await prettier.resolveConfig(PAGE)),
    parser: 'markdown',
  });
  if (process.env.UPDATE_FIXTURES === 'true') writeFileSync(PAGE, made);
  expect(readFileSync(PAGE, 'utf8')).toBe(made);
}
