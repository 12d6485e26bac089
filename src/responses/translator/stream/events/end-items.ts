import type { JsonRecord } from '../../../../common/json.js';
import type { OutputWriter } from '../output/output-writer.js';

/** Ends the message or the reasoning that is open, since the backend says that it is over, or begins another one. */
export function endText(output: OutputWriter): void {
  output.flush();
  output.texts.closeOpen('completed');
}

/**
 * Ends reasoning, with what the backend sealed of it. A seal is told even where nothing of it can be read, since the backend may
 * want to see it again.
 * @param block holds the seal, and the id that it is bound to.
 */
export function endReasoning(output: OutputWriter, block: JsonRecord | undefined): void {
  const { texts, thinking } = output;
  if (block !== undefined) {
    output.weigh(JSON.stringify(block).length);
    thinking.noteBlock(block);
  }
  output.flush();
  const open = texts.isThinking ? texts.closeOpen('completed') : undefined;
  if (open !== undefined) thinking.noteItem(open.id);
  else if (block !== undefined) thinking.noteItem(texts.addSealedReasoning(thinking.sealing?.('')));
}
