import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import { isRecord } from '../../../../common/json.js';
import type { WarningCollector } from '../../warning.js';
import { settingsFields, warnOfUnreadFields } from '../unread-fields.js';

/**
 * Warns of what the settings objects of a request hold beyond what is read. No backend has a mode of reasoning but the standard
 * one.
 */
export function warnOfUnreadSettings(
  request: CreateResponseBody,
  warnings: WarningCollector,
): void {
  for (const [name, known] of Object.entries(settingsFields)) {
    const settings = request[name];
    if (isRecord(settings)) warnOfUnreadFields(settings, known, name, warnings);
  }
  const mode = request.reasoning?.mode ?? 'standard';
  if (mode === 'standard') return;
  const message = `This backend has no reasoning mode '${mode}'.`;
  warnings.add('field_ignored', 'reasoning.mode', message);
}
