import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import type { ApiError } from '../../common/api-error.js';
import { invalidRequest } from '../../common/error-table.js';
import type { JsonRecord } from '../tools/json-value.js';
import { CreateResponseDto } from './create-response.dto.js';
import { invalidType, missingParameter, tooLong } from './request-errors.js';

const METADATA_PAIRS = 16;
const METADATA_KEY_LENGTH = 64;
const METADATA_VALUE_LENGTH = 512;

/** Every field that has a rule. Only these are copied: a client's `constructor` key must not switch the rules off. */
const fields = [
  ...new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(CreateResponseDto, '', true, false)
      .map((metadata) => metadata.propertyName),
  ),
] as (keyof CreateResponseDto)[];

/** Types and ranges of the top-level fields. Throws ApiError 400 that names the field. */
export function validateEnvelope(body: JsonRecord): void {
  const dto = new CreateResponseDto();
  for (const field of fields) {
    if (Object.hasOwn(body, field)) dto[field] = body[field];
  }
  const [error] = validateSync(dto, {
    skipMissingProperties: true,
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
  });
  if (error !== undefined) throw toApiError(error);
  if (body.model === undefined || body.model === null) throw missingParameter('model');
  if (body.model === '') throw invalidRequest("Invalid 'model': empty string.", 'model');
  if ((body.input ?? body.messages ?? null) === null) throw missingParameter('input');
  validateMetadata((body.metadata ?? {}) as JsonRecord);
}

/** A value of the wrong type breaks the range rules too; the type is what the client must know. */
function toApiError({ property, constraints = {} }: ValidationError): ApiError {
  const code = 'invalid_type' in constraints ? 'invalid_type' : Object.keys(constraints)[0];
  return invalidRequest(constraints[code ?? ''] ?? `Invalid '${property}'.`, property, code);
}

function validateMetadata(metadata: JsonRecord): void {
  const entries = Object.entries(metadata);
  if (entries.length > METADATA_PAIRS) {
    throw tooLong('metadata', 'object', `${METADATA_PAIRS} pairs`);
  }
  for (const [key, value] of entries) {
    if (key.length > METADATA_KEY_LENGTH) {
      throw tooLong('metadata', 'string', `${METADATA_KEY_LENGTH} characters for a key`);
    }
    if (typeof value !== 'string') throw invalidType(`metadata.${key}`, 'a string', value);
    if (value.length > METADATA_VALUE_LENGTH) {
      throw tooLong(`metadata.${key}`, 'string', `${METADATA_VALUE_LENGTH} characters`);
    }
  }
}
