import {
  asArray,
  asCount,
  asRecord,
  nonEmptyText,
  type JsonRecord,
} from '../../../../common/json.js';

/** Holds what one entry of `delta.tool_calls` says, loosely read. */
export interface ToolCallFragment {
  index: number | undefined;
  id: string | undefined;
  name: string | undefined;
  /** Stands beside the name where the backend knows namespaces. */
  namespace?: string | undefined;
  arguments: string;
  /** The arguments are the plain text of a `custom` call. */
  isText?: boolean;
  /** Carries opaque state of the vendor, such as Gemini's thought signature. */
  extraContent?: JsonRecord | undefined;
  /** Counts the fragments of its chunk from 0: two entries of one chunk are two calls unless an index joins them. */
  position: number;
}

/** No real id or name is longer, and they are kept until the answer ends. */
const LONGEST_NAME = 256;

/** Reads the fragments of `delta.tool_calls`, or of the legacy `delta.function_call`. */
export function readToolCallFragments(delta: JsonRecord): ToolCallFragment[] {
  const entries = readEntries(delta.tool_calls);
  if (entries.length > 0) return entries.map(readFragment).filter((entry) => entry !== undefined);
  const legacy = asRecord(delta.function_call);
  if (legacy === undefined) return [];
  const fragment = readFragment({ index: 0, function: legacy }, 0);
  return fragment === undefined ? [] : [fragment];
}

/** Entries come as a list, as documented; as one entry alone; or as an object whose keys are the indexes. */
function readEntries(calls: unknown): readonly unknown[] {
  const single = asRecord(calls);
  if (single === undefined) return asArray(calls);
  return 'function' in single || 'name' in single ? [single] : Object.values(single);
}

/** Gives undefined for an entry that tells nothing: text answers of some backends carry an empty one on each chunk. */
function readFragment(entry: unknown, position: number): ToolCallFragment | undefined {
  const call = asRecord(entry);
  if (call === undefined) return undefined;
  const custom = asRecord(call.custom);
  const definition = asRecord(call.function) ?? custom ?? call;
  const fragment = {
    index: asCount(call.index),
    id:
      typeof call.id === 'number' ? String(call.id) : nonEmptyText(call.id)?.slice(0, LONGEST_NAME),
    name: nonEmptyText(definition.name)?.slice(0, LONGEST_NAME),
    arguments: definition === custom ? readText(custom.input) : readArguments(definition.arguments),
    isText: definition === custom,
    extraContent: asRecord(call.extra_content),
    position,
  };
  const isEmpty =
    fragment.id === undefined && fragment.name === undefined && !fragment.extraContent;
  return isEmpty && fragment.arguments === '' ? undefined : fragment;
}

function readText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Some backends send the arguments as an object instead of JSON text. */
function readArguments(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : '';
}
