import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Reads the project's documents and sources as text, so that a test can hold one against the other. */

const ROOT = resolve(import.meta.dirname, '../..');

export function readProjectFile(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Reads the text of all product sources under a folder. */
export function readSources(folder: string): string {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

/** Lists the fields of an interface, as they are written at its first level. */
export function interfaceFields(source: string, name: string, indent = '  '): string[] {
  const body = new RegExp(`export interface ${name} (?:extends \\w+ )?\\{\\n(.*?)\\n\\}`, 's').exec(
    source,
  )?.[1];
  if (body === undefined) throw new Error(`No interface ${name}.`);
  return [...body.matchAll(new RegExp(`^${indent}(\\w+)\\??:`, 'gm'))].map(
    ([, field = '']) => field,
  );
}

/** Gives the rows of the tables under a heading, cell by cell, without the tables' own headings. */
export function tableRows(markdown: string, heading: string): string[][] {
  const [, section = ''] = markdown.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  const lines = own.split('\n').filter((line) => line.startsWith('|'));
  const rows = lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
  if (rows.length === 0) throw new Error(`No table under "${heading}".`);
  const isRule = (row: string[] | undefined) => row?.every((cell) => /^-+$/.test(cell)) === true;
  return rows.filter((row, index) => !isRule(row) && !isRule(rows[index + 1]));
}

/** Gives what stands in code quotes. */
export function codesOf(cell: string | undefined): string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Gives the code blocks of one language. */
export function codeBlocksOf(markdown: string, language: string): string[] {
  const blocks = markdown.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'));
  return [...blocks].map(([, block = '']) => block);
}
