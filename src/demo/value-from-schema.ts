import { asRecord, isRecord, type JsonRecord } from '../common/json.js';
import { findReference } from '../responses/translator/request/tools/schema-reference.js';

const deepest = 12;

/**
 * Makes a plausible value of a JSON schema, which the demo sends as tool arguments and as structured output. `hint` is the user's
 * text; a place named in it ("in Paris") is used for a city.
 */
export function valueFromSchema(schema: unknown, hint: string): unknown {
  return make(schema, { root: asRecord(schema) ?? {}, hint, name: '', depth: 0 });
}

interface Scope {
  root: JsonRecord;
  hint: string;
  /** The property has this name. */
  name: string;
  depth: number;
}

function make(schema: unknown, scope: Scope): unknown {
  if (!isRecord(schema) || scope.depth > deepest) return null;
  const inner = { ...scope, depth: scope.depth + 1 };
  if ('$ref' in schema) return make(findReference(scope.root, schema.$ref), inner);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if ('default' in schema) return schema.default;
  const options = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (Array.isArray(options) && options.length > 0) return make(options[0], inner);
  switch (typeOf(schema)) {
    case 'object':
      return makeObject(schema, inner);
    case 'array': {
      const count = Math.min(Math.max(1, numberOr(schema.minItems, 1)), 10);
      return Array.from({ length: count }, () => make(schema.items ?? {}, inner));
    }
    case 'integer':
    case 'number':
      return Math.min(numberOr(schema.minimum, 42), numberOr(schema.maximum, Infinity));
    case 'boolean':
      return true;
    case 'string':
      return makeString(schema, scope);
    default:
      return null;
  }
}

function makeObject(schema: JsonRecord, scope: Scope): unknown {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      make(property, { ...scope, name }),
    ]),
  );
}

function makeString(schema: JsonRecord, { name, hint }: Scope): string {
  switch (schema.format) {
    case 'date':
      return '2025-01-31';
    case 'date-time':
      return '2025-01-31T12:00:00Z';
    case 'email':
      return 'demo@example.com';
    case 'uri':
      return 'https://example.com/';
    case 'uuid':
      return '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
    default:
  }
  if (/city|location|place|address/i.test(name)) {
    return /\bin ([A-Z][\p{L}-]*(?: [A-Z][\p{L}-]*)?)/u.exec(hint)?.[1] ?? 'Paris';
  }
  if (/zone/i.test(name)) return 'UTC';
  const text = name === '' ? 'demo' : `demo ${name}`;
  return text.padEnd(Math.min(numberOr(schema.minLength, 0), 1000), '.');
}

function typeOf(schema: JsonRecord): unknown {
  if (Array.isArray(schema.type)) return schema.type.find((type) => type !== 'null');
  return schema.type ?? (isRecord(schema.properties) ? 'object' : 'string');
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
