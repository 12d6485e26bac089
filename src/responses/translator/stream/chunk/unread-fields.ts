import type { JsonRecord } from '../../../../common/json.js';
import type { WarningCollector } from '../../warning.js';

/** The readers of a delta know these fields. */
const READ = new Set([
  ...['role', 'content', 'refusal', 'annotations', 'images', 'tool_calls', 'function_call'],
  ...['reasoning', 'reasoning_content', 'reasoning_details', 'reasoning_text', 'thinking'],
  ...['extra_content', 'name', 'index', 'token_ids', 'matched_stop', 'hidden_states', 'type'],
]);

/** An answer tells of so many names at most. */
const MOST_NAMES = 20;

/** Tells once by name of each field of the deltas that nothing here reads: a part of the answer may be in it. */
export class UnreadFields {
  private readonly told = new Set<string>();

  constructor(private readonly warnings: WarningCollector) {}

  look(delta: JsonRecord): void {
    for (const name in delta) {
      if (READ.has(name) || this.told.has(name) || this.told.size >= MOST_NAMES) continue;
      const value = delta[name];
      if (value === null || value === undefined || value === '') continue;
      if (Array.isArray(value) && value.length === 0) continue;
      this.told.add(name);
      const message = `The backend's field '${name.slice(0, 60)}' is not read.`;
      this.warnings.add('answer_field_ignored', null, message);
    }
  }
}
