import type { InputItem } from '../../../contracts/responses/items.js';
import { nonEmptyText } from '../../../common/json.js';
import type { HistoryCall } from './tool-adapter.port.js';

/**
 * Reads who called whom. A call without `call_id` goes by its item id; without both the call id is empty and the chat history
 * makes one up from the call's place.
 */
export function readCallIdentity(item: InputItem, type: string): Omit<HistoryCall, 'arguments'> {
  const namespace = nonEmptyText(item.namespace);
  return {
    callId: nonEmptyText(item.call_id) ?? nonEmptyText(item.id) ?? '',
    identity: {
      type,
      name: nonEmptyText(item.name) ?? '',
      ...(namespace === undefined ? {} : { namespace }),
    },
  };
}
