import { invalidRequest } from '../../../../common/error-table.js';
import { nonEmptyText } from '../../../../common/json.js';
import type { InputItem } from '../../../../contracts/responses/items.js';
import { inputItems } from '../../../translator/request/items/input-items.js';
import type { HostedRequest } from '../tool-executor.port.js';

/** Describes a call that the client has allowed, and that has not run. */
export interface ApprovedCall {
  requestId: string;
  label: string;
  name: string;
  arguments: string;
}

/** Finds the calls that this request approves. @throws ApiError 400 for an approval of nothing. */
export function approvedCalls({ body, history }: HostedRequest): ApprovedCall[] {
  const items: readonly InputItem[] = [...history, ...inputItems(body)];
  const ran = new Set(
    items.flatMap(({ type, approval_request_id: id }) => (type === 'mcp_call' ? [id] : [])),
  );
  const told = new Set<unknown>();
  return inputItems(body).flatMap((item, index) => {
    const { type, approve, approval_request_id: id } = item;
    if (type !== 'mcp_approval_response' || ran.has(id) || told.has(id)) return [];
    told.add(id);
    const asked = items.find((other) => other.type === 'mcp_approval_request' && other.id === id);
    if (asked === undefined) {
      const param = `input[${index}].approval_request_id`;
      throw invalidRequest('No approval request with this id is in the conversation.', param);
    }
    if (approve !== true) return [];
    return [
      {
        requestId: String(id),
        label: nonEmptyText(asked.server_label) ?? '',
        name: nonEmptyText(asked.name) ?? '',
        arguments: nonEmptyText(asked.arguments) ?? '{}',
      },
    ];
  });
}
