import { parseJson, asArray, asRecord, type JsonRecord } from '../../../../common/json.js';

/**
 * Gives arguments that came as text the types that the tool's schema wants: numbers, booleans, null, objects and
 * arrays. A text that fits none of them stays a text; the tool will say what it thinks of it.
 */
export function coerceArguments(values: JsonRecord, schema: JsonRecord | undefined): JsonRecord {
  const properties = asRecord(schema?.properties);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? coerce(value, typesOf(asRecord(properties?.[name]))) : value,
    ]),
  );
}

function coerce(text: string, types: ReadonlySet<string>): unknown {
  if (types.size === 0 || types.has('string')) {
    return types.has('null') && /^(?:null|None)$/.test(text.trim()) ? null : text;
  }
  const word = text.trim();
  if (types.has('null') && /^(?:null|None)$/i.test(word)) return null;
  // Models trained on Python write True and False.
  if (types.has('boolean') && /^(?:true|false)$/i.test(word)) return word.toLowerCase() === 'true';
  const value = parseJson(word);
  if (typeof value === 'number' && Number.isFinite(value)) {
    const whole = Number.isInteger(value) && types.has('integer');
    return whole || types.has('number') ? value : text;
  }
  if (Array.isArray(value)) return types.has('array') ? value : text;
  return asRecord(value) !== undefined && types.has('object') ? value : text;
}

/** Collects all types that a schema allows, those of its alternatives included. */
function typesOf(schema: JsonRecord | undefined, depth = 0): ReadonlySet<string> {
  const types = new Set<string>();
  if (schema === undefined || depth > 4) return types;
  const own = Array.isArray(schema.type) ? schema.type : [schema.type];
  for (const type of own) if (typeof type === 'string') types.add(type);
  for (const option of [...asArray(schema.anyOf), ...asArray(schema.oneOf)]) {
    for (const type of typesOf(asRecord(option), depth + 1)) types.add(type);
  }
  if (types.size === 0 && asArray(schema.enum).some((value) => typeof value === 'string')) {
    types.add('string');
  }
  return types;
}
