import type { InputItem } from '../../contracts/responses/items.js';
import { readText } from './json-value.js';
import type { HistoryCall } from './tool-adapter.port.js';

/**
 * Who called whom. A call without `call_id` goes by its item id; without both the call id is empty and the chat history
 * makes one up from the call's place.
 */
export function readCallIdentity(item: InputItem, type: string): Omit<HistoryCall, 'arguments'> {
  const namespace = readText(item.namespace);
  return {
    callId: readText(item.call_id) ?? readText(item.id) ?? '',
    identity: {
      type,
      name: readText(item.name) ?? '',
      ...(namespace === undefined ? {} : { namespace }),
    },
  };
}
