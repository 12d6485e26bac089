import { type JsonRecord, nonEmptyText } from '../../../../common/json.js';

/**
 * Finds the call id by which the conversation knows the call that an output means. An output may also name the id of the call's
 * item: in its own `id` (OpenAI's type of `local_shell_call_output` has nothing else), or as `call_id`.
 */
export class CallIdResolver {
  private readonly callIds = new Set<string>();
  /** Maps the id of a call's item to its call id. */
  private readonly byItemId = new Map<string, string>();

  /** Remembers an item that is a call. Gives the `call_id` of an item, or nothing for an output that names no call. */
  resolve(item: JsonRecord, type: string): { call_id?: string } {
    const id = nonEmptyText(item.id);
    const named = nonEmptyText(item.call_id);
    if (!type.endsWith('_output')) {
      const callId = named ?? id;
      if (!type.endsWith('_call') || callId === undefined) return {};
      this.callIds.add(callId);
      if (id !== undefined) this.byItemId.set(id, callId);
      return { call_id: callId };
    }
    const call_id = this.find(named) ?? named ?? this.find(id);
    return call_id === undefined ? {} : { call_id };
  }

  private find(name: string | undefined): string | undefined {
    if (name === undefined || this.callIds.has(name)) return name;
    return this.byItemId.get(name);
  }
}
