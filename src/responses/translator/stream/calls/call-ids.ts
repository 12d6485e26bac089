import type { IdGenerator } from '../../../../common/id-generator.js';
import type { WarningCollector } from '../../warning.js';

/** The client needs every call_id once in a conversation, and some backends number calls per answer: "0", "1". */
export class CallIds {
  constructor(
    private readonly ids: IdGenerator,
    private readonly warnings: WarningCollector,
    /** Ids of the conversation so far; grows with those of this answer. */
    private readonly taken: Set<string>,
  ) {}

  /** The backend's id where it will do, else a new one. */
  claim(id: string | undefined): string {
    if (id === undefined) return this.ids.next('call');
    if (this.taken.has(id) || /^\d+$/.test(id)) {
      const message = `The call id '${id}' is not unique and was replaced.`;
      this.warnings.add('stream_repaired', null, message);
      return this.ids.next('call');
    }
    this.taken.add(id);
    return id;
  }
}
