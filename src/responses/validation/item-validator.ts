import type { InputItem } from '../../contracts/responses/items.js';
import { isRecord } from '../../common/json.js';
import { itemTypeOf } from '../translator/request/items/item-type.js';
import { compileChecks } from './compiled-check.js';
import { invalidType } from '../../common/field-errors.js';
import { itemSchemas, partSchemas } from './schemas.js';
import { validateSettings } from './settings-validator.js';
import { validateTools } from './tool-validator.js';

const itemChecks = compileChecks(itemSchemas);
const partChecks = compileChecks(partSchemas);

/**
 * Checks the items of `input`, each by the schema of its type. Unknown types pass: the translation leaves them out with
 * a warning. Returns the items with their type, which clients may omit on messages; the client's objects stay untouched.
 */
export function validateItems(items: readonly unknown[]): InputItem[] {
  return items.map((item, index) => validateItem(item, `input[${index}]`));
}

/**
 * Checks the Rust proxy's hybrid `messages`, which have content parts as items do; the translation judges what else they hold.
 */
export function validateMessages(messages: readonly unknown[]): void {
  for (const [index, message] of messages.entries()) {
    const param = `messages[${index}]`;
    if (!isRecord(message)) throw invalidType(param, 'a message object', message);
    validateParts(message.content, `${param}.content`);
  }
}

function validateItem(item: unknown, param: string): InputItem {
  if (!isRecord(item)) throw invalidType(param, 'an input item object', item);
  const type = itemTypeOf(item, param);
  const check = itemChecks.get(type);
  if (check !== undefined) {
    check(item, param);
    validateParts(item.content, `${param}.content`);
    validateParts(item.output, `${param}.output`, true);
    if (type === 'configuration_update') validateSettings(item, param);
    if (Array.isArray(item.tools)) validateTools(item.tools, `${param}.tools`);
  }
  return item.type === type ? (item as InputItem) : { ...item, type };
}

/** Checks content parts. With `lenient` a tool's output may be any JSON, so what is no part passes. */
function validateParts(content: unknown, param: string, lenient = false): void {
  if (!Array.isArray(content)) return;
  for (const [index, part] of (content as unknown[]).entries()) {
    const partParam = `${param}[${index}]`;
    if (!lenient || isPart(part)) validatePart(part, partParam);
  }
}

/** Checks one content part by the schema of its type; unknown types pass. */
export function validatePart(part: unknown, param: string): void {
  if (!isPart(part)) throw invalidType(param, 'a content part object with a type', part);
  partChecks.get(part.type)?.(part, param);
}

function isPart(part: unknown): part is { type: string } {
  return isRecord(part) && typeof part.type === 'string';
}
