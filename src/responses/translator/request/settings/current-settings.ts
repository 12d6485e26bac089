import type { InputItem } from '../../../../contracts/responses/items.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import { asRecord } from '../../../../common/json.js';

/**
 * Gives the request with what `configuration_update` items changed on the way: the last value of each field of `reasoning` and
 * `text` goes before the request's own (OpenAI's types, November 2026).
 */
export function withConfigurationUpdates(
  request: CreateResponseBody,
  history: readonly InputItem[],
): CreateResponseBody {
  const input = Array.isArray(request.input) ? request.input : [];
  const updates = [...history, ...input].filter(isUpdate);
  if (updates.length === 0) return request;
  const updated = { ...request };
  for (const { reasoning, text } of updates) {
    updated.reasoning = { ...updated.reasoning, ...asRecord(reasoning) };
    updated.text = { ...updated.text, ...asRecord(text) };
  }
  return updated;
}

/** What is no item at all is refused later, where the items are converted. */
function isUpdate(item: unknown): item is InputItem {
  return asRecord(item)?.type === 'configuration_update';
}
