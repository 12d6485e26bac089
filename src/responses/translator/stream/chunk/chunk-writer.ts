import { nonEmptyText } from '../../../../common/json.js';
import { readToolCallFragments } from '../calls/read-tool-call-fragments.js';
import type { OutputWriter } from '../output/output-writer.js';
import type { OutputOptions } from '../sequence/stream-options.js';
import { readImages, type GeneratedImage } from '../text/generated-images.js';
import { ReasoningDeltas } from '../text/reasoning-deltas.js';
import { convertAnnotations } from './convert-annotations.js';
import { readLogprobs } from './convert-logprobs.js';
import { deltaReasoning, deltaText, type ChunkContent } from './read-chunk.js';
import { UnreadFields } from './unread-fields.js';

/** Writes what the chunks of a chat answer bring, in the order in which a chunk has it: thought, text, calls. */
export class ChunkWriter {
  private readonly reasoning = new ReasoningDeltas();
  private readonly unread: UnreadFields;

  constructor(
    private readonly output: OutputWriter,
    private readonly options: Pick<OutputOptions, 'dialect' | 'warnings'>,
  ) {
    this.unread = new UnreadFields(options.warnings);
  }

  push({ choice, delta }: ChunkContent): void {
    const { output } = this;
    this.unread.look(delta);
    const told = deltaReasoning(delta, this.options.dialect.reasoningFields);
    const thought = this.reasoning.newText(told);
    if (delta.reasoning_details != null)
      output.weigh(output.thinking.addDetails(delta.reasoning_details));
    output.addReasoning(thought);
    output.addText(deltaText(delta), choice.logprobs == null ? [] : readLogprobs(choice.logprobs));
    const refusal = nonEmptyText(delta.refusal);
    if (refusal !== undefined) output.addRefusal(refusal);
    if (delta.annotations != null)
      for (const annotation of convertAnnotations(delta.annotations))
        output.addAnnotation(annotation);
    if (delta.images != null) for (const image of readImages(delta)) this.addImage(image);
    if (delta.tool_calls != null || delta.function_call != null) {
      output.addCalls(readToolCallFragments(delta));
    }
  }

  /** An image is an item of its own; one that is elsewhere is a link in the text. */
  private addImage(image: GeneratedImage): void {
    const { output } = this;
    if ('url' in image) {
      const link = `\n![image](${image.url})\n`;
      output.count(link).texts.pushText(link, []);
      return;
    }
    output.weigh(image.base64.length);
    output.texts.addImage(image.base64);
  }
}
