import { type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import { normalizeArguments } from '../../tools/normalize-arguments.js';
import type { ConversionContext } from '../context/conversion-context.js';

/** Keeps a request for approval: the model sees its call when it has run or was refused. */
export function keepApprovalRequest(
  item: JsonRecord,
  param: string | null,
  { approvals }: ConversionContext,
): void {
  approvals.ask(item, param);
}

/** Tells the model that its call was refused. One that was approved has an item of its own. */
export function convertApprovalResponse(
  item: JsonRecord,
  param: string | null,
  { approvals, chatHistory, registry, warnings }: ConversionContext,
): void {
  const asked = approvals.answer(item, param);
  if (item.approve !== false || asked === undefined) return;
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
