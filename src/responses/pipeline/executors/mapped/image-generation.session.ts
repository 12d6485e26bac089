import type { Progress } from '@modelcontextprotocol/client';
import { asCount, nonEmptyText } from '../../../../common/json.js';
import type { ImageGenerationCallItem } from '../../../../contracts/responses/items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import { placeOf, type HostedCall } from '../../../translator/stream/hosted-items.js';
import {
  ToolFailure,
  type CallOutcome,
  type ToolSession,
  type ToolWork,
} from '../tool-executor.port.js';
import { valueAt } from './fill-arguments.js';
import { ImageGenerationToolAdapter } from './image-generation-tool.adapter.js';
import { imageUrls, unlessFailed, type MappedCaller, type MappedResult } from './mapped-caller.js';

const IMAGE = /^data:image\/(png|webp|jpeg|gif);base64,([A-Za-z0-9+/]{4,}={0,2})$/;
/** OpenAI shows at most so many images before the last one. */
const MOST_PARTIAL = 3;

/** Makes images with a tool of the operator's. */
export class ImageGenerationSession implements ToolSession {
  readonly adapters: readonly ImageGenerationToolAdapter[];

  constructor(
    private readonly caller: MappedCaller,
    private readonly tool: ResponseTool,
    private readonly letGo: () => void,
  ) {
    this.adapters = [new ImageGenerationToolAdapter(caller.mapping)];
  }

  async run(call: HostedCall, work: ToolWork): Promise<CallOutcome> {
    const item = call.item as ImageGenerationCallItem;
    if (item.revised_prompt === undefined || item.revised_prompt.trim() === '')
      throw new ToolFailure('There is no prompt.');
    const at = placeOf(call);
    const most = Math.min(asCount(this.tool.partial_images) ?? 0, MOST_PARTIAL);
    let shown = 0;
    const onProgress = ({ message }: Progress): void => {
      const [, , image] = IMAGE.exec(message ?? '') ?? [];
      if (image === undefined || shown >= most) return;
      const event = {
        type: 'response.image_generation_call.partial_image' as const,
        ...at,
        partial_image_index: shown++,
        partial_image_b64: image,
      };
      work.tell(call, [event]);
    };
    const values = { ...this.tool, prompt: item.revised_prompt };
    const told = unlessFailed(await this.caller.call(values, work, onProgress));
    const [image] = this.imagesOf(told);
    if (image === undefined) throw new ToolFailure('The tool gave no image.');
    const revised = this.caller.mapping.results.revised_prompt;
    const prompt = revised === undefined ? undefined : nonEmptyText(valueAt(told.data, revised));
    const done: ImageGenerationCallItem = { ...item, ...image, status: 'completed' };
    return {
      item: prompt === undefined ? done : { ...done, revised_prompt: prompt },
      events: [{ type: 'response.image_generation_call.completed', ...at }],
    };
  }

  failed(call: HostedCall, message: string): CallOutcome {
    const item = call.item as ImageGenerationCallItem;
    const error = { type: 'image_generation_error', code: 'tool_failed', message, param: null };
    return { item: { ...item, status: 'failed', error } };
  }

  close(): void {
    this.letGo();
  }

  private imagesOf({ attachments, data }: MappedResult): MadeImage[] {
    const { image: path } = this.caller.mapping.results;
    const urls = imageUrls(attachments);
    const given = path === undefined ? undefined : nonEmptyText(valueAt(data, path));
    const named = given === undefined ? [] : [given.startsWith('data:') ? given : asPng(given)];
    return [...named, ...urls].flatMap((url) => {
      const [, format, result] = IMAGE.exec(url) ?? [];
      if (result === undefined) return [];
      return [{ result, output_format: format as MadeImage['output_format'] }];
    });
  }
}

type MadeImage = Required<Pick<ImageGenerationCallItem, 'result' | 'output_format'>>;

function asPng(base64: string): string {
  return `data:image/png;base64,${base64}`;
}
