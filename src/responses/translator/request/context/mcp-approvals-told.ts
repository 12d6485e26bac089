import type { JsonRecord } from '../../../../common/json.js';
import type { WarningCollector } from '../../warning.js';

interface Told {
  item: JsonRecord;
  param: string | null;
}

/** Knows which calls of MCP tools the user was asked for in a conversation, what he said, and which of them ran. */
export class McpApprovalsTold {
  private readonly requests = new Map<string, Told>();
  private readonly answers = new Map<string, Told>();
  private readonly ran = new Set<string>();

  ask(item: JsonRecord, param: string | null): void {
    this.requests.set(String(item.id), { item, param });
  }

  /** Gives the request that the item answers; undefined when it is not in the conversation. */
  answer(item: JsonRecord, param: string | null): JsonRecord | undefined {
    const id = String(item.approval_request_id);
    this.answers.set(id, { item, param });
    return this.requests.get(id)?.item;
  }

  noteCall({ approval_request_id: id }: JsonRecord): void {
    if (typeof id === 'string') this.ran.add(id);
  }

  /** @param runsHere says that what was approved runs in this response. */
  warn(warnings: WarningCollector, runsHere: boolean): void {
    for (const [id, { param }] of this.requests) {
      if (this.ran.has(id) || this.answers.has(id)) continue;
      warnings.add('item_skipped', param, 'An approval request that nobody answered was left out.');
    }
    for (const [id, { item, param }] of this.answers) {
      if (!this.requests.has(id)) {
        const message = 'An answer to an approval request that is not there was left out.';
        warnings.add('item_skipped', param, message);
      } else if (item.approve !== false && !runsHere && !this.ran.has(id)) {
        const message = "A call was approved, but the request has no 'mcp' tool that runs here.";
        warnings.add('item_skipped', param, message);
      }
    }
  }
}
