import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import type { JsonRecord } from '../../../../common/json.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';

/** Other mappings or the proxy itself take care of these fields; Codex's telemetry among them is no one else's business. */
const HANDLED_FIELDS = new Set(
  (
    'model input messages instructions stream stream_options store background previous_response_id conversation prompt ' +
    'include tools tool_choice parallel_tool_calls max_tool_calls max_output_tokens max_completion_tokens max_tokens ' +
    'reasoning reasoning_effort text verbosity response_format truncation logprobs top_logprobs client_metadata access_programs ' +
    'context_management background_options'
  ).split(' '),
);

/** These values change nothing where they are dropped, and SDKs send them unasked. They are compared as JSON text. */
const HARMLESS_VALUES: Readonly<Record<string, readonly string[]>> = {
  frequency_penalty: ['0'],
  logit_bias: ['{}'],
  metadata: ['{}'],
  modalities: ['["text"]'],
  n: ['1'],
  presence_penalty: ['0'],
  // A warm-up is answered without the backend.
  prompt_cache_options: ['{"prewarm":true}'],
  service_tier: ['"auto"', '"default"'],
  stop: ['[]'],
  temperature: ['1'],
  top_p: ['1'],
  verbosity: ['"medium"'],
};

interface FieldOptions {
  dialect: BackendDialect;
  warnings: WarningCollector;
}

/**
 * Sends sampling parameters, and everything else that chat may know under the same name, where the dialect takes them; otherwise
 * there is a warning. They are sorted by name, so that the bytes do not depend on the client's order.
 */
export function convertOptionalFields(
  request: CreateResponseBody,
  options: FieldOptions,
): JsonRecord {
  const fields: JsonRecord = {};
  for (const name of Object.keys(request).sort()) {
    if (HANDLED_FIELDS.has(name)) continue;
    copyField(fields, name, request[name], name, options);
  }
  const nestedVerbosity = request.text?.verbosity;
  const verbosity = nestedVerbosity ?? request.verbosity;
  const verbosityParam = nestedVerbosity == null ? 'verbosity' : 'text.verbosity';
  copyField(fields, 'verbosity', verbosity, verbosityParam, options);
  return fields;
}

/** Sends the three spellings of the output limit under the one name that the backend knows: some refuse a request with two. */
export function convertMaxTokens(request: CreateResponseBody, dialect: BackendDialect): JsonRecord {
  const limit = request.max_output_tokens ?? request.max_completion_tokens ?? request.max_tokens;
  return typeof limit === 'number' ? { [dialect.maxTokensField]: limit } : {};
}

function copyField(
  fields: JsonRecord,
  name: string,
  value: unknown,
  param: string,
  { dialect, warnings }: FieldOptions,
): void {
  if (value === undefined || value === null) return;
  if (dialect.allowedFields.has(name)) {
    fields[name] = value;
  } else if (!isHarmless(name, value)) {
    warnings.add('field_ignored', param, `This backend does not take '${param}'; it was not sent.`);
  }
}

function isHarmless(name: string, value: unknown): boolean {
  const values = Object.hasOwn(HARMLESS_VALUES, name) ? HARMLESS_VALUES[name] : undefined;
  return values?.includes(JSON.stringify(value)) === true;
}
