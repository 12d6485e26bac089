import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { presetsOf } from './presets-of.js';
import type { ProxyPlugin } from './plugin.js';

export interface LoadedPlugins {
  plugins: readonly ProxyPlugin[];
  /** Has one sentence for each that cannot be used, with its path and the reason. */
  problems: readonly string[];
}

const LISTS = [
  'imports',
  'providers',
  'controllers',
  'toolAdapters',
  'dialects',
  'families',
  'stores',
  'hooks',
  'toolExecutors',
];
/** Of these there can be one in the whole service. */
const SINGLES = ['caller', 'chatBackend', 'webSearchProvider'] as const;
/** What stands in these settings is for the service's own part. */
const UNASKED = [
  ['PROXY_API_KEYS', 'caller'],
  ['CALLERS_FILE', 'caller'],
  ['WEB_SEARCH_PROVIDER', 'webSearchProvider'],
] as const;
const FIELDS = new Set(['name', ...SINGLES, ...LISTS]);

/** Gives a sentence for each part that several plugins have, although there can be one, and for settings that nobody asks then. */
export function rivalProblems(
  plugins: readonly ProxyPlugin[],
  raw: Readonly<Record<string, string | undefined>>,
): string[] {
  const unasked = UNASKED.flatMap(([setting, field]) => {
    const plugin = plugins.find((each) => each[field] !== undefined);
    if (plugin === undefined || (raw[setting] ?? '').trim() === '') return [];
    return [`${setting} is asked by nobody, since the plugin ${plugin.name} has a ${field}`];
  });
  const rivals = SINGLES.flatMap((field) => {
    const names = plugins.filter((plugin) => plugin[field] !== undefined).map(({ name }) => name);
    return names.length < 2 ? [] : [`PLUGINS several have a ${field}: ${names.join(', ')}`];
  });
  return [...rivals, ...unasked];
}

/** @param paths of ES modules, separated by commas; each default-exports `definePlugin({…})` or a Nest module. */
export async function loadPlugins(paths: string | undefined): Promise<LoadedPlugins> {
  const files = (paths ?? '').split(',').flatMap((path) => path.trim() || []);
  const plugins: ProxyPlugin[] = [];
  const problems: string[] = [];
  for (const file of files) {
    try {
      const plugin = asPlugin(await load(file), file);
      presetsOf([plugin]);
      plugins.push(plugin);
    } catch (error) {
      problems.push(`PLUGINS ${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { plugins, problems };
}

async function load(file: string): Promise<unknown> {
  const url = pathToFileURL(isAbsolute(file) ? file : resolve(file)).href;
  const module = (await import(url)) as { default?: unknown };
  if (module.default === undefined) throw new Error('it has no default export');
  return module.default;
}

function asPlugin(exported: unknown, file: string): ProxyPlugin {
  // A Nest module is a class.
  if (typeof exported === 'function') return { name: file, imports: [exported as never] };
  if (typeof exported !== 'object' || exported === null) {
    throw new Error('its default export is neither definePlugin({…}) nor a Nest module');
  }
  if ('module' in exported) return { name: file, imports: [exported as never] };
  const plugin = exported as Record<string, unknown>;
  const unknown = Object.keys(plugin).filter((field) => !FIELDS.has(field));
  if (unknown.length > 0) throw new Error(`it has unknown fields: ${unknown.join(', ')}`);
  const wrong = LISTS.filter(
    (field) => plugin[field] !== undefined && !Array.isArray(plugin[field]),
  );
  if (wrong.length > 0) throw new Error(`these must be lists: ${wrong.join(', ')}`);
  return { ...plugin, name: typeof plugin.name === 'string' ? plugin.name : file };
}
