import { missingParameter } from '../../../../common/field-errors.js';
import type { JsonRecord } from '../../../../common/json.js';
import { within } from '../../../../common/json.js';

/** Gives the type of an input item. OpenAI lets messages and references go without one: `{role, content}`, `{id}`. */
export function itemTypeOf(item: JsonRecord, param: string | null): string {
  if (typeof item.type === 'string') return item.type;
  if (item.type === undefined || item.type === null) {
    if (typeof item.role === 'string') return 'message';
    if (typeof item.id === 'string' && Object.keys(item).every(isReferenceKey)) {
      return 'item_reference';
    }
  }
  throw missingParameter(within(param, '.type'), within(param, '.type') ?? 'type');
}

function isReferenceKey(key: string): boolean {
  return key === 'id' || key === 'type';
}
