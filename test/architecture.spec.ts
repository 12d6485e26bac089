import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readProjectFile } from './support/documentation.js';

const SOURCE = resolve(import.meta.dirname, '../src');

/**
 * Lists the rooms of the house, from the ground up: a room may import the rooms that are named behind it, and nothing else. A
 * room may only name rooms above its own line in this table, so that no import leads upwards and no circle can exist.
 */
const ROOMS: readonly (readonly [room: string, mayImport: string])[] = [
  ['contracts', ''],
  ['config', ''],
  ['cluster', 'config'],
  ['sealing', 'config'],
  ['common', 'contracts config'],
  ['responses/translator', 'contracts common'],
  ['responses/validation', 'contracts config common responses/translator'],
  ['metrics', 'contracts config cluster common responses/translator'],
  ['logging', 'contracts config common metrics responses/translator'],
  ['store', 'contracts config sealing common metrics'],
  ['callers', 'config common metrics store'],
  ['gate', 'config common metrics callers'],
  ['responses/backend', 'contracts config common metrics gate responses/translator'],
  ['tracing', 'contracts config common logging responses/backend'],
  [
    'responses/state',
    'contracts config sealing common store gate responses/translator responses/backend',
  ],
  [
    'responses/pipeline',
    'contracts config sealing common logging responses/translator responses/validation responses/backend',
  ],
  [
    'responses/delivery',
    'contracts common metrics logging gate responses/translator responses/backend responses/pipeline',
  ],
  [
    'responses/endpoints',
    'contracts config common logging store gate responses/translator responses/backend responses/state ' +
      'responses/pipeline responses/delivery',
  ],
  ['models', 'common responses/backend'],
  [
    'responses',
    'config metrics responses/translator responses/backend responses/state responses/pipeline responses/delivery ' +
      'responses/endpoints',
  ],
  [
    'chat-completions',
    'contracts config common logging gate responses/translator responses/backend responses/pipeline responses',
  ],
  ['conversations', 'common store gate responses/validation responses/state'],
  ['files', 'config common store gate'],
  ['health', 'config common store gate responses/backend'],
  ['inspector', 'contracts config common logging responses/translator'],
  ['plugins', 'common store responses/translator responses/backend responses/pipeline'],
];

/** These files put the rooms together, so they may import all of them. */
const COMPOSITION =
  /^(main|start-service|reload-on-hang-up|collect-when-idle|tune-engine|doctor|keys|app\.factory|app\.module|index|testing)\.ts$|^(demo|doctor|embedding|testing)\//;

/**
 * These files put a folder together, as its Nest module or its list of implementations, so they may import the folders in it, which
 * know what the folder declares.
 */
const PUTS_TOGETHER =
  /\.module\.ts$|^(store\/open-store|responses\/translator\/(tools\/tool-adapters|stream\/rescue\/text-call-syntaxes))\.ts$/;

const pureRooms = ['contracts', 'responses/translator'];

interface SourceFile {
  path: string;
  room: string;
  lines: number;
  imports: string[];
  text: string;
}

const product: SourceFile[] = readdirSync(SOURCE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /(?<!\.spec)\.ts$/.test(entry.name))
  .map((entry) => readSource(join(entry.parentPath, entry.name)));

function readSource(file: string): SourceFile {
  const text = readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gms)];
  const imports = specifiers.map(([, specifier = '']) =>
    specifier.startsWith('.') ? relative(SOURCE, resolve(dirname(file), specifier)) : specifier,
  );
  const path = relative(SOURCE, file);
  return { path, room: roomOf(path), lines: text.split('\n').length, imports, text };
}

/** Gives the folder below `src`, or below `src/responses`, that a file stands in. */
function roomOf(path: string): string {
  const folders = path.split('/').slice(0, -1);
  return folders.slice(0, folders[0] === 'responses' ? 2 : 1).join('/');
}

function isOwnFile(name: string): boolean {
  return product.some(({ path }) => path === name.replace(/\.js$/, '.ts'));
}

function arrows(): { from: string; to: string; file: string }[] {
  return product
    .filter(({ path }) => !COMPOSITION.test(path))
    .flatMap(({ path, room, imports }) =>
      imports
        .filter((name) => isOwnFile(name) && roomOf(name) !== room)
        .map((name) => ({ from: room, to: roomOf(name), file: `${path} -> ${name}` })),
    );
}

function offenders(pattern: RegExp, files: readonly SourceFile[]): string[] {
  return files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
}

describe('the architecture', () => {
  it('every file of src stands in a room of the table, and every room exists', () => {
    const rooms = ROOMS.map(([room]) => room);
    const homeless = product.filter(
      ({ path, room }) => !COMPOSITION.test(path) && !rooms.includes(room),
    );
    expect(homeless.map(({ path }) => path)).toEqual([]);
    expect(rooms.filter((name) => !product.some(({ room }) => room === name))).toEqual([]);
  });

  it('the table itself has one way down', () => {
    const upward = ROOMS.flatMap(([room, mayImport], floor) => {
      const below = ROOMS.slice(0, floor).map(([name]) => name);
      const named = mayImport.split(' ').filter(Boolean);
      return named.filter((name) => !below.includes(name)).map((name) => `${room} -> ${name}`);
    });
    expect(upward).toEqual([]);
  });

  it.each(ROOMS)('%s imports what the table allows', (room, mayImport) => {
    const allowed = mayImport.split(' ');
    const strangers = arrows().filter(({ from, to }) => from === room && !allowed.includes(to));
    expect(strangers.map(({ file }) => file)).toEqual([]);
  });

  it('the table allows nothing that nobody needs', () => {
    const drawn = new Set(arrows().map(({ from, to }) => `${from} -> ${to}`));
    const unused = ROOMS.flatMap(([room, mayImport]) =>
      mayImport
        .split(' ')
        .filter((name) => name !== '' && !drawn.has(`${room} -> ${name}`))
        .map((name) => `${room} -> ${name}`),
    );
    expect(unused).toEqual([]);
  });

  it('the documentation draws the same table', () => {
    const text = readProjectFile('docs/architecture.md');
    const rows = ROOMS.map(([room, mayImport]) => {
      const names = mayImport.split(' ').filter(Boolean);
      return [room, ...names].map((name) => `\`${name}\``);
    });
    for (const [room = '', ...names] of rows) {
      const name = room.replaceAll('`', '');
      const row = text.split('\n').find((line) => line.startsWith(`| ${name} `));
      expect(`${room}: ${(row?.split('|')[3] ?? 'no row').trim()}`).toBe(
        `${room}: ${names.join(', ') || 'nothing'}`,
      );
    }
  });

  it('the documentation has every port, with its token, its field of a plugin and its contract', () => {
    const [, section = ''] = readProjectFile('docs/architecture.md').split('## Ports\n');
    const rows = section
      .split('\n## ')[0]!
      .split('\n')
      .filter((line) => line.startsWith('| ') && line.includes('`'))
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
    const columns = (place: number): string[] =>
      rows.map((row) => row[place] ?? '').filter((cell) => cell !== '-');
    const given = [
      ...readProjectFile('src/plugins/plugins.module.ts').matchAll(
        /\[\s*([A-Z_]+),\s+(?:plugins|presetsOf)/g,
      ),
    ];
    expect(columns(2).sort()).toEqual(given.map(([, token = '']) => token).sort());
    const fields = readProjectFile('src/plugins/plugin.ts').matchAll(
      /^ {2}(\w+)\?: (?:Part|readonly)/gm,
    );
    expect(columns(3).sort()).toEqual([...fields].map(([, field = '']) => field).sort());
    const testing = readProjectFile('src/testing.ts').matchAll(/\b(\w+Contract)\b/g);
    expect(columns(4).sort()).toEqual(
      [...new Set([...testing].map(([, name = '']) => name))].sort(),
    );
    const files = section.matchAll(/`([\w/.-]+\.ts)`/g);
    const text = [...files].map(
      ([, path = '']) => product.find((file) => file.path.endsWith(path))?.text,
    );
    for (const token of columns(2)) expect(text.join('\n')).toContain(`Symbol('${token}')`);
  });

  it('the documentation has every class on the way of a request, and no other', () => {
    const handed = new Map(
      product.flatMap(({ text }) =>
        [...text.matchAll(/^export class (\w+)/gm)].map(({ 1: name = '', index }) => {
          const [, given = ''] = /constructor\(([\s\S]*?)\n?\s*\) \{/.exec(text.slice(index)) ?? [];
          return [name, [...given.matchAll(/: ([A-Z]\w+)/g)].map(([, type = '']) => type)];
        }),
      ),
    );
    const met = new Set<string>();
    const meet = (name: string): void => {
      if (met.has(name) || !handed.has(name)) return;
      met.add(name);
      handed.get(name)?.forEach(meet);
    };
    meet('ResponsesController');
    const [, table = ''] = readProjectFile('docs/architecture.md').split('The classes on this way');
    const rows = table.split('\n\n')[1]?.split('\n').slice(2) ?? [];
    const named = rows.flatMap((row) => [...row.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name));
    expect(named.sort()).toEqual([...met].sort());
  });

  it('every path that the documentation names exists', () => {
    const paths = [
      ...readProjectFile('docs/architecture.md').matchAll(/`([\w.-][\w./-]*\/[\w./-]*)`/g),
    ];
    const roots = [
      '',
      'src',
      'src/responses',
      'src/responses/backend',
      'src/responses/translator/request',
    ];
    const exists = (path: string): boolean =>
      roots.some((root) => existsSync(resolve(SOURCE, '..', root, path)));
    const missing = paths.map(([, path = '']) => path).filter((path) => !exists(path));
    expect(missing).toEqual([]);
  });

  it.each(
    ['README.md', 'CONTRIBUTING.md', ...readdirSync(resolve(SOURCE, '../docs'))].filter((name) =>
      name.endsWith('.md'),
    ),
  )('every file that %s links to exists', (name) => {
    const page = resolve(
      SOURCE,
      '..',
      existsSync(resolve(SOURCE, '..', name)) ? name : `docs/${name}`,
    );
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)];
    const missing = links.map(([, link = '']) => link);
    expect(missing.filter((link) => !existsSync(resolve(dirname(page), link)))).toEqual([]);
  });

  it('the pure rooms know no framework, no platform, no clock and no randomness', () => {
    const pure = product.filter(({ room }) => pureRooms.includes(room));
    const outside = pure.flatMap(({ path, imports }) =>
      imports.filter((name) => !isOwnFile(name)).map((name) => `${path} -> ${name}`),
    );
    expect(outside).toEqual([]);
    const impure =
      /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|process\.|setTimeout|setInterval|fetch\()/;
    expect(offenders(impure, pure)).toEqual([]);
  });

  it('nothing but the composition root and the demo imports the app', () => {
    const importers = product.filter(({ imports }) =>
      imports.some((name) => /^(app\.|main|start-service)/.test(name)),
    );
    expect(importers.map(({ path }) => path).filter((path) => !COMPOSITION.test(path))).toEqual([]);
  });

  it('process.env is read in config/ alone', () => {
    const readers = offenders(/process\.env/, product);
    expect(readers.filter((path) => !path.startsWith('config/'))).toEqual([]);
  });

  it('every call of the backend goes through what is around it', () => {
    expect(offenders(/@Inject\(CHAT_BACKEND\)/, product)).toEqual([
      'responses/backend/layers/resilient-backend.ts',
    ]);
  });

  it('no two folders import each other, but for the files that put a folder together', () => {
    const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');
    const drawn = new Set(
      product.flatMap(({ path, imports }) =>
        imports
          .filter(isOwnFile)
          .map((name) => [folderOf(path), folderOf(name)] as const)
          .filter(([from, to]) => !(PUTS_TOGETHER.test(path) && `${to}/`.startsWith(`${from}/`)))
          // All that stands in no folder is the composition root's.
          .filter(([from]) => from !== '')
          .map(([from, to]) => `${from} -> ${to}`),
      ),
    );
    const mutual = [...drawn].filter((arrow) => {
      const [from = '', to = ''] = arrow.split(' -> ');
      return from < to && drawn.has(`${to} -> ${from}`);
    });
    expect(mutual).toEqual([]);
  });

  it('no file leads back to itself by its imports, types included', () => {
    const next = new Map(
      product.map(({ path, imports }) => [
        path,
        imports.filter(isOwnFile).map((name) => name.replace(/\.js$/, '.ts')),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (path: string, way: readonly string[]): void => {
      if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' -> '));
      if (way.includes(path) || done.has(path)) return;
      for (const name of next.get(path) ?? []) walk(name, [...way, path]);
      done.add(path);
    };
    for (const path of next.keys()) walk(path, []);
    expect(circles).toEqual([]);
  });

  it('there are no barrels and no forwardRef', () => {
    expect(product.filter(({ path }) => path.endsWith('/index.ts'))).toEqual([]);
    expect(offenders(/forwardRef\(/, product)).toEqual([]);
  });

  it('files stay short', () => {
    const long = product.filter(({ lines }) => lines > 220);
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('no two exported names are equal', () => {
    const names = product.flatMap(({ path, text }) =>
      [
        ...text.matchAll(
          /^export (?:abstract |async )*(?:function|class|interface|type|const|enum) (\w+)/gm,
        ),
      ].map(([, name = '']) => ({ name, path })),
    );
    const places = Map.groupBy(names, ({ name }) => name);
    const doubles = [...places].filter(
      ([, found]) => new Set(found.map(({ path }) => path)).size > 1,
    );
    expect(
      doubles.map(([name, found]) => `${name}: ${found.map(({ path }) => path).join(', ')}`),
    ).toEqual([]);
  });
});
