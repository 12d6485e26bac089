import { isRecord, type JsonRecord } from '../../common/json.js';
import { compileCheck } from './compiled-check.js';
import { missingParameter, unsupportedValue } from '../../common/field-errors.js';
import { jsonSchemaFormat, settingsSchema } from './schemas.js';

const checkSettings = compileCheck(settingsSchema);
const checkJsonSchema = compileCheck(jsonSchemaFormat);
const FORMATS = ['text', 'json_object', 'json_schema'];

/** Checks the settings objects of the envelope: `reasoning`, `text` with its format, and chat's `response_format`. */
export function validateSettings(body: JsonRecord, path = ''): void {
  checkSettings(body, path);
  const format = isRecord(body.text) ? body.text.format : undefined;
  if (isRecord(format)) validateFormat(format, path === '' ? 'text.format' : `${path}.text.format`);
  if (isRecord(body.response_format)) validateFormat(body.response_format, 'response_format');
}

function validateFormat(format: JsonRecord, param: string): void {
  if (format.type === undefined) throw missingParameter(`${param}.type`);
  if (typeof format.type !== 'string' || !FORMATS.includes(format.type)) {
    throw unsupportedValue(`${param}.type`, format.type, FORMATS);
  }
  if (format.type !== 'json_schema') return;
  const nested = format.json_schema;
  if (isRecord(nested)) checkJsonSchema(nested, `${param}.json_schema`);
  else checkJsonSchema(format, param);
}
