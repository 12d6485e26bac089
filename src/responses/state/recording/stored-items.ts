import type { IdGenerator } from '../../../common/id-generator.js';
import type { InputItem } from '../../../contracts/responses/items.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import { nonEmptyText } from '../../../common/json.js';
import { inputItems } from '../../translator/request/items/input-items.js';
import type { StoredItem } from '../../../store/conversation-store.port.js';

const prefixes: Readonly<Record<string, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  custom_tool_call: 'ctc',
};

/** Makes the input of a request as it is stored: every item has an id, text comes as content parts. */
export function inputToStore(input: CreateResponseBody['input'], ids: IdGenerator): StoredItem[] {
  return toStoredItems(inputItems({ input }), ids);
}

export function toStoredItems(items: readonly InputItem[], ids: IdGenerator): StoredItem[] {
  return items.map(namingItsCall).map((item) => {
    const id = typeof item.id === 'string' && item.id !== '' ? item.id : newId(item, ids);
    return { ...(item.type === 'message' ? readableMessage(item) : withStatus(item)), id };
  });
}

/**
 * OpenAI's type of a `local_shell_call_output` has no `call_id`: its `id` is that of the call's item, which is in the
 * conversation by the time. It is kept as the call id, and the output gets an id of its own.
 */
function namingItsCall(item: InputItem): InputItem {
  if (item.type !== 'local_shell_call_output' || nonEmptyText(item.call_id)) return item;
  const { id, ...output } = item;
  return { ...output, call_id: id };
}

function newId(item: InputItem, ids: IdGenerator): string {
  return ids.next(prefixes[item.type] ?? 'item');
}

/** Listed calls and outputs have a status in OpenAI's types; what a client sends without one is over. */
function withStatus(item: InputItem): InputItem {
  const hasStatus = /_(?:call|output)$/.test(item.type);
  return hasStatus && item.status == null ? { ...item, status: 'completed' } : item;
}

/** SDKs read the content of a listed message as parts. */
function readableMessage(item: InputItem): InputItem {
  const completed = { status: 'completed', ...item };
  if (typeof item.content !== 'string') return completed;
  const text = item.content;
  const part =
    item.role === 'assistant'
      ? { type: 'output_text', text, annotations: [] }
      : { type: 'input_text', text };
  return { ...completed, content: [part] };
}
