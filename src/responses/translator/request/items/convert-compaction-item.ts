import { type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import type { ConversionContext } from '../conversion-context.js';

/** The user speaks it, since strict templates take no second system message. */
const INTRODUCTION =
  'The conversation before this point was replaced by the following summary of it. The work that it describes is done, ' +
  'and its results are still there: go on from where it ends.';

/**
 * Opens the summary in a compaction item. One that another service sealed, or that was tampered with, cannot be read here; the
 * model then goes on without that part of the conversation, which strict mode refuses.
 */
export function convertCompactionItem(
  item: JsonRecord,
  param: string | null,
  { chatHistory, warnings, openCompaction }: ConversionContext,
): void {
  const sealed = nonEmptyText(item.encrypted_content);
  const summary = sealed === undefined ? undefined : openCompaction?.(sealed);
  if (summary === undefined) {
    warnings.add(
      'compaction_dropped',
      param,
      'A compaction that this service did not seal cannot be opened; the conversation that it stands for was left out.',
    );
    return;
  }
  chatHistory.addUser([{ type: 'text', text: `${INTRODUCTION}\n\n${summary}` }]);
}
