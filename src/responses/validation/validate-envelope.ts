import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import type { ApiError } from '../../common/api-error.js';
import { invalidRequest } from '../../common/error-table.js';
import type { JsonRecord } from '../../common/json.js';
import { CreateResponseDto } from './create-response.dto.js';
import { invalidType, missingParameter, tooLong } from '../../common/field-errors.js';

const METADATA_PAIRS = 16;
const METADATA_KEY_LENGTH = 64;
const METADATA_VALUE_LENGTH = 512;

type Rule = (value: unknown) => unknown;

/** The rules of each field, taken from class-validator once: it would look them up for every request. */
const rules = new Map<string, Rule[]>();
const storage = getMetadataStorage();
for (const metadata of storage.getTargetValidationMetadatas(CreateResponseDto, '', true, false)) {
  const { propertyName, constraintCls } = metadata;
  const [constraint] = storage.getTargetValidatorConstraints(constraintCls);
  if (constraint === undefined) throw new Error(`'${propertyName}' has a rule of no kind.`);
  const instance = constraint.instance;
  const rule: Rule = (value) => instance.validate(value);
  rules.set(propertyName, [...(rules.get(propertyName) ?? []), rule]);
}

/** Types and ranges of the top-level fields. Throws ApiError 400 that names the field. */
export function validateEnvelope(body: JsonRecord): void {
  if (!keepsRules(body)) explainBrokenRule(body);
  if (body.model === undefined || body.model === null) throw missingParameter('model');
  if (body.model === '') throw invalidRequest("Invalid 'model': empty string.", 'model');
  if ((body.input ?? body.messages ?? null) === null) throw missingParameter('input');
  validateMetadata((body.metadata ?? {}) as JsonRecord);
}

/** Null means absent. */
function keepsRules(body: JsonRecord): boolean {
  for (const field of Object.keys(body)) {
    const value = body[field] ?? null;
    if (value === null) continue;
    for (const rule of rules.get(field) ?? []) if (rule(value) !== true) return false;
  }
  return true;
}

function explainBrokenRule(body: JsonRecord): void {
  const dto = new CreateResponseDto();
  // Only fields with rules are copied: a client's `constructor` key must not switch the rules off.
  for (const field of rules.keys()) {
    if (Object.hasOwn(body, field)) dto[field as keyof CreateResponseDto] = body[field];
  }
  const [error] = validateSync(dto, {
    skipMissingProperties: true,
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
  });
  if (error !== undefined) throw toApiError(error);
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
