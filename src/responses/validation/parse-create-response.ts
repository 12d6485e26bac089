import type { Settings } from '../../config/settings.js';
import type { CreateResponseBody } from '../../contracts/responses/request.js';
import { isRecord } from '../../common/json.js';
import { validateItems, validateMessages } from './item-validator.js';
import { invalidType } from '../../common/field-errors.js';
import { checkLimits } from './request-limits.js';
import { validateSettings } from './settings-validator.js';
import { validateToolChoice, validateTools } from './tool-validator.js';
import { validateEnvelope } from './validate-envelope.js';

/**
 * Checks the body of POST /v1/responses: envelope, limits, items, tools, settings. Unknown fields are kept, and nothing that the
 * client sent is changed.
 * @throws ApiError 400 whose `param` is the exact path (`input[3].content[0].image_url`), or 413.
 */
export function parseCreateResponse(body: unknown, limits: Settings['limits']): CreateResponseBody {
  if (!isRecord(body)) throw invalidType(null, 'a JSON object', body);
  validateEnvelope(body);
  checkLimits(body, limits);
  validateSettings(body);
  validateTools((body.tools ?? []) as unknown[]);
  validateToolChoice(body.tool_choice);
  validateMessages((body.messages ?? []) as unknown[]);
  const parsed = body as CreateResponseBody;
  return Array.isArray(body.input) ? { ...parsed, input: validateItems(body.input) } : parsed;
}
