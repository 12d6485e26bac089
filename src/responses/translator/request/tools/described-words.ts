import { isRecord, type JsonRecord } from '../../../../common/json.js';

/**
 * Gives one level of a JSON schema in which every property has a description: Command R's template reads it unasked
 * (huggingface.co/CohereLabs, chat template, 2026).
 */
export function withDescriptions(schema: JsonRecord): JsonRecord {
  if (!isRecord(schema.properties)) return schema;
  const properties = Object.entries(schema.properties).map(([name, property]) => [
    name,
    isRecord(property) && property.description === undefined
      ? { ...property, description: '' }
      : property,
  ]);
  return { ...schema, properties: Object.fromEntries(properties) as JsonRecord };
}
