/** Loose readers for what came as JSON: the shape is the sender's claim, not a fact. */

export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string when it is one and says something; undefined otherwise. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The parsed value, or undefined when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `input[3]` + `.name`; history items have no path in this request, so null stays null. */
export function within(param: string | null, path: string): string | null {
  return param === null ? null : param + path;
}
