import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import { isRecord } from '../../../../common/json.js';
import type { WarningCollector } from '../../warning.js';
import {
  contextFields,
  formatFields,
  settingsFields,
  warnOfUnreadFields,
} from '../context/unread-fields.js';

const settings = Object.entries(settingsFields);

/** Warns of what the settings objects of a request hold beyond what is read. */
export function warnOfUnreadSettings(
  request: CreateResponseBody,
  warnings: WarningCollector,
): void {
  for (const [name, known] of settings) {
    const given = request[name];
    if (isRecord(given)) warnOfUnreadFields(given, known, name, warnings);
  }
  const formats = { 'text.format': request.text?.format, response_format: request.response_format };
  for (const [param, format] of Object.entries(formats)) {
    if (!isRecord(format)) continue;
    warnOfUnreadFields(format, formatFields[String(format.type)], param, warnings);
  }
  for (const [index, entry] of (request.context_management ?? []).entries()) {
    const param = `context_management[${index}]`;
    warnOfUnreadFields({ ...entry }, contextFields[entry.type], param, warnings);
  }
  warnOfBackgroundOptions(request, warnings);
}

/** Chat has no mode of reasoning but the standard one. */
export function warnOfReasoningMode(request: CreateResponseBody, warnings: WarningCollector): void {
  const mode = request.reasoning?.mode ?? 'standard';
  if (mode === 'standard') return;
  const message = `This backend has no reasoning mode '${mode}'.`;
  warnings.add('field_ignored', 'reasoning.mode', message);
}

/** Here every response runs as soon as there is a place for it, in the order in which they came. */
function warnOfBackgroundOptions(
  { background_options: options }: CreateResponseBody,
  warnings: WarningCollector,
): void {
  const { completion_window: window, continuation_id: continuation } = options ?? {};
  if ((window ?? 'soonest') !== 'soonest') {
    const message = `The response is not put off to a window of '${String(window)}'; it runs at once.`;
    warnings.add('field_ignored', 'background_options.completion_window', message);
  }
  if ((continuation ?? '') !== '') {
    const message =
      'Background responses run in their order; no request goes ahead by an identifier.';
    warnings.add('field_ignored', 'background_options.continuation_id', message);
  }
}
