import { invalidRequest } from '../../../common/error-table.js';
import { told } from '../../../common/describe-value.js';
import { invalidType, missingParameter, unsupportedValue } from '../../../common/field-errors.js';
import { isRecord, type JsonRecord } from '../../../common/json.js';
import { validatePart } from '../../validation/item-validator.js';

/** It is a text, or an image or a file as a content part. */
export type PromptVariable = string | JsonRecord;

const partTypes = ['input_text', 'input_image', 'input_file'];

/**
 * Checks what a request gives for the variables of a template.
 * @throws ApiError 400 with `prompt.variables.NAME` for one that is missing, that the template has not, or of the wrong kind.
 */
export function readPromptVariables(
  given: unknown,
  names: ReadonlySet<string>,
): ReadonlyMap<string, PromptVariable> {
  const values = given ?? {};
  if (!isRecord(values)) throw invalidType('prompt.variables', 'an object', values);
  for (const name of Object.keys(values)) {
    if (names.has(name)) continue;
    const known = names.size === 0 ? 'none' : [...names].map((own) => `'${own}'`).join(', ');
    throw invalidRequest(
      `Unknown prompt variable: '${told(name)}'. The template has: ${known}.`,
      paramOf(name),
    );
  }
  return new Map([...names].map((name) => [name, readVariable(values, name)]));
}

function readVariable(values: JsonRecord, name: string): PromptVariable {
  const param = paramOf(name);
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined || value === null) throw missingParameter(param);
  if (typeof value === 'string') return value;
  if (!isRecord(value)) throw invalidType(param, 'a string or a content part', value);
  const { type } = value;
  if (typeof type !== 'string' || !partTypes.includes(type))
    throw unsupportedValue(`${param}.type`, type, partTypes);
  validatePart(value, param);
  return typeof value.text === 'string' && type === 'input_text' ? value.text : value;
}

export function paramOf(name: string): string {
  return `prompt.variables.${name}`;
}
