/** An object, and each of its fields, takes about so many bytes beside its texts. */
const OBJECT_BYTES = 32;
const FIELD_BYTES = 16;

/** Estimates what a JSON value takes in memory, without writing it. A character counts as one byte. */
export function roughBytes(value: unknown): number {
  if (typeof value === 'string') return FIELD_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return FIELD_BYTES;
  let bytes = OBJECT_BYTES;
  if (Array.isArray(value)) {
    for (const entry of value as unknown[]) bytes += roughBytes(entry);
    return bytes;
  }
  for (const name in value) bytes += roughBytes((value as Record<string, unknown>)[name]);
  return bytes;
}
