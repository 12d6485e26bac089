import type { Progress } from '@modelcontextprotocol/client';
import { asCount, nonEmptyText } from '../../../../common/json.js';
import type { ImageGenerationCallItem } from '../../../../contracts/responses/items.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import {
  placeOf,
  type HostedCall,
  type ItemPlace,
} from '../../../translator/stream/hosted-items.js';
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
    private readonly options: { nextId: () => string; close: () => void },
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
    const [image, ...others] = this.imagesOf(told);
    if (image === undefined) throw new ToolFailure('The tool gave no image.');
    const revised = this.caller.mapping.results.revised_prompt;
    const prompt = revised === undefined ? undefined : nonEmptyText(valueAt(told.data, revised));
    const said = prompt === undefined ? item : { ...item, revised_prompt: prompt };
    for (const other of others) this.show({ ...said, id: this.options.nextId() }, other, work);
    return outcomeOf(said, image, call);
  }

  failed(call: HostedCall, message: string): CallOutcome {
    const item = call.item as ImageGenerationCallItem;
    const error = { type: 'image_generation_error', code: 'tool_failed', message, param: null };
    return { item: { ...item, status: 'failed', error } };
  }

  close(): void {
    this.options.close();
  }

  /** A call has one image; each further one that the tool made is an item of its own. */
  private show(item: ImageGenerationCallItem, image: MadeImage, work: ToolWork): void {
    const place = work.add(item);
    const at = placeOf(place);
    work.tell(place, [
      { type: 'response.image_generation_call.in_progress', ...at },
      { type: 'response.image_generation_call.generating', ...at },
    ]);
    work.settle(place, outcomeOf(item, image, place));
  }

  private imagesOf({ attachments, data }: MappedResult): MadeImage[] {
    const { image: path } = this.caller.mapping.results;
    const given = path === undefined ? undefined : nonEmptyText(valueAt(data, path));
    const named = given === undefined ? [] : [given.startsWith('data:') ? given : asPng(given)];
    // The same image may stand in the data and beside it.
    const urls = named.length > 0 ? named : imageUrls(attachments);
    return [...new Set(urls)].flatMap((url) => {
      const [, format, result] = IMAGE.exec(url) ?? [];
      if (result === undefined) return [];
      return [{ result, output_format: format as MadeImage['output_format'] }];
    });
  }
}

type MadeImage = Required<Pick<ImageGenerationCallItem, 'result' | 'output_format'>>;

function outcomeOf(item: ImageGenerationCallItem, image: MadeImage, place: ItemPlace): CallOutcome {
  const completed = 'response.image_generation_call.completed' as const;
  return {
    item: { ...item, ...image, status: 'completed' },
    events: [{ type: completed, ...placeOf(place) }],
  };
}

function asPng(base64: string): string {
  return `data:image/png;base64,${base64}`;
}
