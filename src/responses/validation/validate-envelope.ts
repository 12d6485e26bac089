import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import type { ApiError } from '../../common/api-error.js';
import { isErrorCode } from '../../common/error-codes.js';
import { invalidRequest } from '../../common/error-table.js';
import { isRecord, type JsonRecord } from '../../common/json.js';
import { CreateResponseDto } from './create-response.dto.js';
import { invalidType, missingParameter } from '../../common/field-errors.js';
import { validateMetadata } from './validate-metadata.js';

type Rule = (value: unknown) => unknown;

/** Keeps the rules of each field, taken from class-validator once: it would look them up for every request. */
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

/**
 * Checks types and ranges of the top-level fields.
 * @throws ApiError 400 that names the field.
 */
export function validateEnvelope(body: JsonRecord): void {
  if (!keepsRules(body)) explainBrokenRule(body);
  if (body.model === undefined || body.model === null) throw missingParameter('model');
  if (body.model === '') throw invalidRequest("Invalid 'model': empty string.", 'model');
  if (!hasInput(body)) throw missingParameter('input');
  refuseEmptyNames(body);
  validateMetadata(body.metadata);
}

/** What is continued, or a prompt template, may be all of the input, as in OpenAI's types. */
function hasInput(body: JsonRecord): boolean {
  const { input, messages, previous_response_id, conversation, prompt } = body;
  return (input ?? messages ?? previous_response_id ?? conversation ?? prompt ?? null) !== null;
}

/** Nothing is continued by an empty name, and an answer without the history would look as if it were. */
function refuseEmptyNames({ previous_response_id: previous, conversation }: JsonRecord): void {
  if (previous === '') {
    throw invalidRequest("Invalid 'previous_response_id': empty string.", 'previous_response_id');
  }
  if (conversation === '') {
    throw invalidRequest("Invalid 'conversation': empty string.", 'conversation');
  }
  if (!isRecord(conversation)) return;
  const { id } = conversation;
  if (id === undefined || id === null) throw missingParameter('conversation.id');
  if (typeof id !== 'string') throw invalidType('conversation.id', 'a string', id);
  if (id === '')
    throw invalidRequest("Invalid 'conversation.id': empty string.", 'conversation.id');
}

/** Tells whether the body keeps all rules; null means absent. */
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

/**
 * Names the type before the range: a value of the wrong type breaks the range rules too, and the type is what the client must
 * know.
 */
function toApiError({ property, constraints = {} }: ValidationError): ApiError {
  const names = Object.keys(constraints);
  const code = names.find((name) => name === 'invalid_type') ?? names[0] ?? null;
  const message = constraints[code ?? ''] ?? `Invalid '${property}'.`;
  return invalidRequest(message, property, isErrorCode(code) ? code : 'invalid_value');
}
