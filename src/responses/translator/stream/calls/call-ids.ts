import type { IdGenerator } from '../../../../common/id-generator.js';
import type { WarningCollector } from '../../warning.js';

/**
 * Makes call ids unique: the client needs every call_id once in a conversation, and some backends number calls per answer ("0",
 * "1").
 */
export class CallIds {
  constructor(
    private readonly ids: IdGenerator,
    private readonly warnings: WarningCollector,
    /** Holds the ids of the conversation so far; those of this answer are added. */
    private readonly taken: Set<string>,
  ) {}

  /** Gives the backend's id where it will do, and a new one otherwise. */
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
