import { type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import { decodeWindow } from '../../compaction-window.js';
import type { ConversionContext } from '../context/conversion-context.js';
import { convertMessage } from '../messages/convert-message.js';

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
  context: ConversionContext,
): void {
  const { chatHistory, warnings, openCompaction } = context;
  chatHistory.noteCompaction();
  const sealed = nonEmptyText(item.encrypted_content);
  const opened = sealed === undefined ? undefined : openCompaction?.(sealed);
  if (opened === undefined) {
    warnings.add(
      'compaction_dropped',
      param,
      'A compaction that this service did not seal cannot be opened; the conversation that it stands for was left out.',
    );
    return;
  }
  const { summary, before = [], after = [] } = decodeWindow(opened) ?? { summary: opened };
  for (const message of before) convertMessage(message, null, context);
  chatHistory.addUser([{ type: 'text', text: `${INTRODUCTION}\n\n${summary}` }]);
  for (const message of after) convertMessage(message, null, context);
}
