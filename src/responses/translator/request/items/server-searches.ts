import { nonEmptyText, type JsonRecord } from '../../../../common/json.js';

/**
 * Pairs the searches by the server in a history, which have no call ids: outputs come in the order of their calls. Where no
 * search runs here, no model made such a call, and what it brought is in the list of tools.
 */
export class ServerSearches {
  private readonly open: string[] = [];
  private count = 0;

  constructor(private readonly areTold: boolean) {}

  /** Gives the item with a call id; undefined for one that the model is not told of. */
  resolve(item: JsonRecord, type: string): JsonRecord | undefined {
    if (!this.areTold) return undefined;
    if (type === 'tool_search_output') {
      const callId = this.open.shift();
      return callId === undefined ? undefined : { ...item, call_id: callId };
    }
    const callId = nonEmptyText(item.call_id) ?? nonEmptyText(item.id) ?? `search_${this.count}`;
    this.count += 1;
    this.open.push(callId);
    return { ...item, call_id: callId };
  }
}
