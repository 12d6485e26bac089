import { asArray, isRecord, nonEmptyText } from '../../../../common/json.js';
import type { InputItem } from '../../../../contracts/responses/items.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';

/** Gives the input as items; a text is a message of the user. */
export function inputItems({
  input = [],
}: {
  input?: CreateResponseBody['input'] | undefined;
}): InputItem[] {
  if (typeof input !== 'string') return input ?? [];
  return [{ type: 'message', role: 'user', content: input }];
}

/** Gives all that a request says and goes on with: stored items, then messages of chat, then the input. */
export function conversationItems(
  request: Pick<CreateResponseBody, 'input' | 'messages'>,
  history: readonly InputItem[],
): unknown[] {
  return [...history, ...asArray(request.messages), ...inputItems(request)];
}

/** Collects the ids of all calls that a conversation has already. */
export function callIdsOf(items: readonly InputItem[]): readonly string[] {
  return items.flatMap((item: unknown) =>
    isRecord(item) ? (nonEmptyText(item.call_id) ?? []) : [],
  );
}
