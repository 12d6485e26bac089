import { asArray, isRecord, nonEmptyText, type JsonRecord } from '../../../../common/json.js';
import { valueAt } from './fill-arguments.js';
import type { MappedResult } from './mapped-caller.js';

type Paths = Readonly<Record<string, string>>;

/** One response is told of so many entries of one call. */
const MOST_ENTRIES = 200;

/**
 * Lists what a search brought: at the operator's path `list`, or, where he gave none, the data itself if it is a list, or the
 * first list in it. Undefined says that the tool answered in words.
 */
export function entriesOf({ data }: MappedResult, { list }: Paths): JsonRecord[] | undefined {
  const found =
    list === undefined
      ? Array.isArray(data)
        ? data
        : isRecord(data)
          ? Object.values(data).find(Array.isArray)
          : undefined
      : valueAt(data, list);
  if (!Array.isArray(found)) return undefined;
  return asArray(found)
    .slice(0, MOST_ENTRIES)
    .flatMap((entry) =>
      isRecord(entry) ? [entry] : typeof entry === 'string' ? [{ text: entry }] : [],
    );
}

/** Gives a field of an entry: at the operator's path, or, where he gave none, under the first of the usual names that is there. */
export function entryField(
  entry: JsonRecord,
  field: string,
  paths: Paths,
  usual: readonly string[],
): unknown {
  const path = paths[field];
  if (path !== undefined) return valueAt(entry, path);
  const name = usual.find(
    (candidate) => entry[candidate] !== undefined && entry[candidate] !== null,
  );
  return name === undefined ? undefined : entry[name];
}

/** Gives a field as text; a number is one, too. */
export function entryText(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : nonEmptyText(value);
}
