import { told } from '../../../../common/describe-value.js';
import { invalidRequest } from '../../../../common/error-table.js';
import type { CreateResponseBody, TextFormat } from '../../../../contracts/responses/request.js';
import { isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import { adaptStrictly, warnOfAdaptation } from '../tools/adapt-schema.js';

export interface ConvertedTextFormat {
  responseFormat?: JsonRecord;
  /** A backend without schemas must be told this in words; it goes to the system message. */
  prompt?: string;
}

interface FormatOptions {
  dialect: BackendDialect;
  warnings: WarningCollector;
}

/** Converts `text.format`, or chat's own `response_format` when that is absent. */
export function convertTextFormat(
  request: CreateResponseBody,
  options: FormatOptions,
): ConvertedTextFormat {
  const format = request.text?.format;
  if (isRecord(format)) return convertFormat(format, 'text.format', options);
  const chatFormat = request.response_format;
  return isRecord(chatFormat) ? convertFormat(chatFormat, 'response_format', options) : {};
}

/** `json_schema` is flat in the Responses API and nested in chat; both spellings are read. */
function convertFormat(
  format: TextFormat | JsonRecord,
  param: string,
  options: FormatOptions,
): ConvertedTextFormat {
  switch (format.type) {
    case 'text':
      return {};
    case 'json_object':
      return convertJsonObject(param, options);
    case 'json_schema': {
      const source: JsonRecord = { ...format };
      const nested = source.json_schema;
      return convertJsonSchema(isRecord(nested) ? nested : source, param, options);
    }
    default:
      throw invalidRequest(
        `Invalid value: '${told(format.type)}'. Supported values are: 'text', 'json_object', and 'json_schema'.`,
        `${param}.type`,
      );
  }
}

/** Says what `json_object` means to backends that know schemas alone. */
const anyObject: JsonRecord = {
  type: 'json_schema',
  json_schema: { name: 'object', schema: { type: 'object' } },
};

function convertJsonObject(
  param: string,
  { dialect, warnings }: FormatOptions,
): ConvertedTextFormat {
  if (dialect.responseFormat === 'json_schema_only') return { responseFormat: anyObject };
  if (dialect.responseFormat !== 'prompt') return { responseFormat: { type: 'json_object' } };
  warnFallback(param, 'an instruction', warnings);
  return { prompt: 'Answer with one JSON object and nothing else.' };
}

/** Goes down from json_schema to json_object with an instruction, and to the instruction alone; each step down is a warning. */
function convertJsonSchema(
  source: JsonRecord,
  param: string,
  { dialect, warnings }: FormatOptions,
): ConvertedTextFormat {
  const prompt =
    'Answer with one JSON value that matches this JSON schema, and nothing else:\n' +
    JSON.stringify(source.schema ?? {});
  switch (dialect.responseFormat) {
    case 'json_schema':
    case 'json_schema_only':
      return {
        responseFormat: {
          type: 'json_schema',
          json_schema: nestedSchema(source, param, { dialect, warnings }),
        },
      };
    case 'json_object':
      warnFallback(param, 'json_object and an instruction', warnings);
      return { responseFormat: { type: 'json_object' }, prompt };
    case 'prompt':
      warnFallback(param, 'an instruction', warnings);
      return { prompt };
  }
}

function nestedSchema(
  source: JsonRecord,
  param: string,
  { dialect, warnings }: FormatOptions,
): JsonRecord {
  const given = isRecord(source.schema) ? source.schema : {};
  const options = { dialect: dialect.schemaDialect, param, strict: source.strict === true };
  const adapted = adaptStrictly(given, options);
  warnOfAdaptation('schema', adapted, options, warnings);
  const description = nonEmptyText(source.description);
  return {
    name: nonEmptyText(source.name) ?? 'response',
    ...(description === undefined ? {} : { description }),
    schema: adapted.schema,
    ...(typeof source.strict === 'boolean' ? { strict: adapted.strict } : {}),
  };
}

function warnFallback(param: string, means: string, warnings: WarningCollector): void {
  warnings.add('field_mapped', param, `This backend does not enforce it: sent as ${means}.`);
}
