import { isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import { normalizeArguments } from '../../tools/normalize-arguments.js';
import type { ConversionContext } from '../conversion-context.js';

/** Keeps a request for approval: the model sees its call when it has run or was refused. */
export function keepApprovalRequest(
  item: JsonRecord,
  _param: string | null,
  { approvalRequests }: ConversionContext,
): void {
  approvalRequests.set(String(item.id), item);
}

/** Tells the model that its call was refused. One that was approved has an item of its own. */
export function convertApprovalResponse(
  item: JsonRecord,
  param: string | null,
  { approvalRequests, chatHistory, registry, warnings }: ConversionContext,
): void {
  const asked = approvalRequests.get(String(item.approval_request_id));
  if (item.approve !== false || !isRecord(asked)) return;
  const namespace = nonEmptyText(asked.server_label);
  const name = nonEmptyText(asked.name) ?? 'mcp';
  const unknown = { type: 'function', name, ...(namespace === undefined ? {} : { namespace }) };
  const id = String(asked.id);
  chatHistory.addCall({
    id,
    name: registry.chatName(registry.declared(name, undefined, namespace) ?? unknown),
    arguments: normalizeArguments(asked.arguments, param, warnings),
    param,
  });
  const reason = nonEmptyText(item.reason);
  const text = `The user did not allow this call.${reason === undefined ? '' : ` ${reason}`}`;
  const output = { text, attachments: [] };
  chatHistory.addOutput({ callId: id, output, param, idField: 'call_id' });
}
