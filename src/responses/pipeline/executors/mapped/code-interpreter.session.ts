import { asArray, nonEmptyText, asRecord } from '../../../../common/json.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import type {
  CodeInterpreterCallItem,
  CodeOutput,
} from '../../../../contracts/responses/hosted-items.js';
import type { ChatContentPart } from '../../../../contracts/chat/request.js';
import { NO_PRINT } from '../../../translator/request/items/convert-hosted-call.js';
import { placeOf, type HostedCall } from '../../../translator/stream/hosted-items.js';
import {
  ToolFailure,
  type CallOutcome,
  type ToolSession,
  type ToolWork,
} from '../tool-executor.port.js';
import { CodeInterpreterToolAdapter } from './code-interpreter-tool.adapter.js';
import { valueAt } from './fill-arguments.js';
import { imageUrls, type MappedCaller, type MappedResult } from './mapped-caller.js';

/** Runs code with a tool of the operator's. */
export class CodeInterpreterSession implements ToolSession {
  readonly adapters: readonly CodeInterpreterToolAdapter[];
  /** Models also write the code as it is. */
  readonly takesText = true;

  constructor(
    private readonly caller: MappedCaller,
    private readonly tool: ResponseTool,
    private readonly options: {
      /** The container of the conversation; the operator's tool may keep files and variables by it. */
      containerId: string;
      showsOutputs: boolean;
      close: () => void;
    },
  ) {
    this.adapters = [new CodeInterpreterToolAdapter(caller.mapping, options.containerId)];
  }

  async run(call: HostedCall, work: ToolWork): Promise<CallOutcome> {
    const item = call.item as CodeInterpreterCallItem;
    const { code } = item;
    if (code === null || code.trim() === '') throw new ToolFailure('There is no code.');
    const { containerId: container_id, showsOutputs } = this.options;
    const values = { container: this.tool.container, code, container_id };
    // An error of the program is what it has said.
    const { logs, images } = this.read(await this.caller.call(values, work));
    const outputs: CodeOutput[] = [
      ...(logs === '' ? [] : [{ type: 'logs' as const, logs }]),
      ...images.map((url) => ({ type: 'image' as const, url })),
    ];
    const attachments = images
      .filter((url) => url.startsWith('data:'))
      .map((url): ChatContentPart => ({ type: 'image_url', image_url: { url } }));
    const shown = images.map((url) => (url.startsWith('data:') ? '[image]' : `[image: ${url}]`));
    const text = [...(logs === '' ? [] : [logs]), ...shown].join('\n\n');
    const at = placeOf(call);
    return {
      item: { ...item, status: 'completed', outputs: showsOutputs ? outputs : null },
      events: [{ type: 'response.code_interpreter_call.completed', ...at }],
      output: { text: text === '' ? NO_PRINT : text, attachments },
    };
  }

  close(): void {
    this.options.close();
  }

  private read({ words, data, attachments }: MappedResult): { logs: string; images: string[] } {
    const { logs: path, images: imagesPath } = this.caller.mapping.results;
    const shown = imageUrls(attachments);
    const said = path === undefined ? undefined : valueAt(data, path);
    const listed = imagesPath === undefined ? [] : asArray(valueAt(data, imagesPath));
    const images = listed.flatMap((entry) => {
      const url = nonEmptyText(entry) ?? nonEmptyText(asRecord(entry)?.url);
      return url !== undefined && /^(?:https?:|data:image\/)/.test(url) ? [url] : [];
    });
    const logs = path === undefined ? words : typeof said === 'string' ? said : '';
    return { logs, images: [...shown, ...images] };
  }
}
