import { nonEmptyText } from '../../../../common/json.js';
import { sentBy, type ToolMapping } from '../../../../config/tool-map.js';
import type { ImageGenerationCallItem } from '../../../../contracts/responses/items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import { warnOfUnreadFields } from '../../../translator/request/context/unread-fields.js';
import {
  type CallContext,
  type CallingTool,
  type CallWriter,
  type ToolDeclaration,
  namedAsItsType,
} from '../../../translator/tools/tool-adapter.port.js';
import { WholeCallWriter } from '../../../translator/tools/whole-call.writer.js';
import type { WarningCollector } from '../../../translator/warning.js';
import { placeOf } from '../../../translator/stream/hosted-items.js';

const NAME = 'image_generation';

/** Makes one function of image generation, whose argument is the prompt. */
export class ImageGenerationToolAdapter implements CallingTool {
  readonly toolType = NAME;
  readonly itemIdPrefix = 'ig';
  readonly runsHere = true;
  readonly needsWholeArguments = true;

  constructor(private readonly mapping: ToolMapping) {}

  declare(tool: ResponseTool, param: string | null, warnings: WarningCollector): ToolDeclaration[] {
    const sent = sentBy(this.mapping);
    warnOfUnreadFields(tool, new Set(['type', 'partial_images', ...sent]), param, warnings);
    const prompt = { type: 'string', description: 'Says in words what the image shows.' };
    const parameters = { type: 'object', properties: { prompt }, required: ['prompt'] };
    const description = 'Makes an image and shows it to the user.';
    return [namedAsItsType(NAME, { description, parameters })];
  }

  openCall({ itemId, outputIndex }: CallContext): CallWriter {
    const at = placeOf({ itemId, outputIndex });
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
