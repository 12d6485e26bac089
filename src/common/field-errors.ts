import type { ApiError } from './api-error.js';
import { invalidRequest } from './error-table.js';
import { describeValue, told } from './describe-value.js';

/** These errors about a field are worded as OpenAI words them; SDKs and people search for these texts. */

/** @param name is for what has no path in this request: an item of the stored history. */
export function missingParameter(param: string | null, name = param ?? ''): ApiError {
  return invalidRequest(
    `Missing required parameter: '${name}'.`,
    param,
    'missing_required_parameter',
  );
}

export function invalidType(
  param: string | null,
  expected: string,
  value: unknown,
  name = param,
): ApiError {
  const subject = name === null ? 'the request body' : `'${name}'`;
  return invalidRequest(
    `Invalid type for ${subject}: expected ${expected}, but got ${describeValue(value)} instead.`,
    param,
    'invalid_type',
  );
}

export function unsupportedValue(
  param: string,
  value: unknown,
  supported: readonly string[],
): ApiError {
  const list = supported.map((name) => `'${name}'`).join(', ');
  return invalidRequest(
    `Invalid value: '${told(value)}'. Supported values are: ${list}.`,
    param,
    'invalid_value',
  );
}

export function tooLong(
  param: string,
  what: 'string' | 'array' | 'object',
  maximum: string,
): ApiError {
  return invalidRequest(
    `Invalid '${param}': ${what} too long. The limit is ${maximum}.`,
    param,
    `${what}_above_max_length`,
  );
}
