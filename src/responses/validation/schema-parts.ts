/** A JSON schema. */
export type Schema = Readonly<Record<string, unknown>>;

export const text = { type: 'string' };
/** No API takes longer ones, and each character of a name is looked at several times. */
export const name = { type: 'string', minLength: 1, maxLength: 1_024 };
export const optionalText = { type: ['string', 'null'] };
export const optionalName = { type: ['string', 'null'], maxLength: name.maxLength };
export const optionalObject = { type: ['object', 'null'] };
export const optionalFlag = { type: ['boolean', 'null'] };

export function object(properties: Schema, required: string[] = []): Schema {
  return { type: 'object', properties, required };
}

/** Describes an object that may be null. */
export function nullable(properties: Schema): Schema {
  return { ...object(properties), type: ['object', 'null'] };
}
