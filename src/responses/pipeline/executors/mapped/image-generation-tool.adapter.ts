import { nonEmptyText } from '../../../../common/json.js';
import { firstOf, namesIn, type ToolMapping } from '../../../../config/tool-map.js';
import type { ImageGenerationCallItem } from '../../../../contracts/responses/items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import { warnOfUnreadFields } from '../../../translator/request/unread-fields.js';
import type {
  CallContext,
  CallingTool,
  CallWriter,
  ToolDeclaration,
} from '../../../translator/tools/tool-adapter.port.js';
import { WholeCallWriter } from '../../../translator/tools/whole-call.writer.js';
import type { WarningCollector } from '../../../translator/warning.js';

const NAME = 'image_generation';

/** Makes one function of image generation, whose argument is the prompt. */
export class ImageGenerationToolAdapter implements CallingTool {
  readonly toolType = NAME;
  readonly itemIdPrefix = 'ig';
  readonly runsHere = true;
  readonly needsWholeArguments = true;

  constructor(private readonly mapping: ToolMapping) {}

  declare(tool: ResponseTool, param: string | null, warnings: WarningCollector): ToolDeclaration[] {
    const sent = namesIn(this.mapping.arguments).map(firstOf);
    warnOfUnreadFields(tool, new Set(['type', 'partial_images', ...sent]), param, warnings);
    const prompt = { type: 'string', description: 'Says in words what the image shows.' };
    const parameters = { type: 'object', properties: { prompt }, required: ['prompt'] };
    const description = 'Makes an image and shows it to the user.';
    return [
      { identity: { type: NAME, name: NAME }, function: { name: NAME, description, parameters } },
    ];
  }

  openCall({ itemId, outputIndex }: CallContext): CallWriter {
    const at = { item_id: itemId, output_index: outputIndex };
    return new WholeCallWriter<ImageGenerationCallItem>(
      ({ prompt, input, description }) => ({
        type: 'image_generation_call',
        id: itemId,
        status: 'in_progress',
        result: null,
        revised_prompt:
          nonEmptyText(prompt) ?? nonEmptyText(input) ?? nonEmptyText(description) ?? '',
      }),
      () => [
        { type: 'response.image_generation_call.in_progress', ...at },
        { type: 'response.image_generation_call.generating', ...at },
      ],
    );
  }
}
