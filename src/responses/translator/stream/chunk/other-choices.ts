import type { ChatChunk } from '../../../../contracts/chat/chunk.js';
import { asArray } from '../../../../common/json.js';
import type { WarningCollector } from '../../warning.js';

/** Warns once per answer of choices beside the first, which nobody asked for: `n` is never sent. */
export class OtherChoices {
  private areTold = false;

  constructor(private readonly warnings: WarningCollector) {}

  look({ choices }: ChatChunk): void {
    if (this.areTold || asArray(choices).length < 2) return;
    this.areTold = true;
    const message = 'The backend sent several choices; the first was taken.';
    this.warnings.add('choice_ignored', null, message);
  }
}
