import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const SOURCE = resolve(import.meta.dirname, '../src');

interface SourceFile {
  path: string;
  lines: number;
  imports: string[];
  text: string;
}

const files: SourceFile[] = readdirSync(SOURCE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => readSource(join(entry.parentPath, entry.name)));

const product = files.filter(({ path }) => !path.endsWith('.spec.ts'));

function readSource(file: string): SourceFile {
  const text = readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gms)];
  const imports = specifiers.map(([, specifier = '']) =>
    specifier.startsWith('.') ? relative(SOURCE, resolve(dirname(file), specifier)) : specifier,
  );
  return { path: relative(SOURCE, file), lines: text.split('\n').length, imports, text };
}

/** Imports of the files under `folder` that `allowed` does not know, as `file -> import`. */
function strangers(folder: string, allowed: RegExp, except = /(?!)/): string[] {
  return product
    .filter(({ path }) => path.startsWith(folder) && !except.test(path))
    .flatMap(({ path, imports }) =>
      imports.filter((name) => !allowed.test(name)).map((name) => `${path} -> ${name}`),
    );
}

describe('the architecture', () => {
  it('finds the source', () => {
    expect(product.length).toBeGreaterThan(50);
  });

  it('contracts import nothing but contracts', () => {
    expect(strangers('contracts/', /^contracts\//)).toEqual([]);
  });

  it('the translator and the tools are plain TypeScript over contracts', () => {
    const allowed =
      /^(contracts\/|responses\/translator\/|responses\/tools\/|common\/(api-error|error-table|id-generator)\.js$)/;
    const face = /translator\.service\.ts$/;
    expect(strangers('responses/translator/', allowed, face)).toEqual([]);
    expect(strangers('responses/tools/', allowed)).toEqual([]);
  });

  it('nothing but the composition root and the demo imports the app', () => {
    const importers = product
      .filter(({ imports }) => imports.some((name) => /^(app\.|main)/.test(name)))
      .map(({ path }) => path);
    expect(importers.filter((path) => !/^(main\.ts|app\.factory\.ts|demo\/)/.test(path))).toEqual(
      [],
    );
  });

  it('process.env is read in config/ alone', () => {
    const readers = product.filter(({ text }) => text.includes('process.env'));
    expect(readers.map(({ path }) => path).filter((path) => !path.startsWith('config/'))).toEqual(
      [],
    );
  });

  it('every call of the backend goes through what is around it', () => {
    const callers = product.filter(({ text }) => text.includes('@Inject(CHAT_BACKEND)'));
    expect(callers.map(({ path }) => path)).toEqual([
      'responses/backend/layers/resilient-backend.ts',
    ]);
  });

  it('there are no barrels and no forwardRef', () => {
    expect(product.filter(({ path }) => path.endsWith('/index.ts'))).toEqual([]);
    expect(product.filter(({ text }) => text.includes('forwardRef('))).toEqual([]);
  });

  it('files stay short', () => {
    const long = product.filter(({ lines }) => lines > 220);
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });
});
