import type { Progress } from '@modelcontextprotocol/client';
import type { ToolMapping } from '../../../../config/tool-map.js';
import { asRecord, type JsonRecord } from '../../../../common/json.js';
import { callTool } from '../mcp/call-tool.js';
import { toMcpError } from '../mcp/mcp-errors.js';
import type { McpLinks } from '../mcp/mcp-links.js';
import { readData, readResult, type McpResult } from '../mcp/mcp-result.js';
import { MOST_IMAGE_CHARACTERS, ToolFailure, type ToolWork } from '../tool-executor.port.js';
import { fillArguments } from './fill-arguments.js';

/** Holds what a mapped tool brought: its text and images, and the data where it said some. */
export interface MappedResult extends McpResult {
  data: unknown;
}

/** Calls the tool that the operator has put in the place of one of OpenAI's own. */
export class MappedCaller {
  constructor(
    private readonly links: Pick<McpLinks, 'with'>,
    readonly mapping: ToolMapping,
    private readonly mostCharacters: number,
    private readonly mostImageCharacters = MOST_IMAGE_CHARACTERS,
  ) {}

  /**
   * @param values are those that the operator's arguments name.
   * @throws ToolFailure in words that the client and the model may read, unless the signal was aborted.
   */
  async call(
    values: JsonRecord,
    work: Pick<ToolWork, 'signal' | 'getsOn'>,
    onProgress?: (progress: Progress) => void,
  ): Promise<MappedResult> {
    const { server, tool: name, arguments: template } = this.mapping;
    const call = { name, arguments: asRecord(fillArguments(template, values)) ?? {} };
    try {
      const told = await callTool(this.links, server, call, work, undefined, onProgress);
      return {
        ...readResult(told, server, this.mostCharacters, this.mostImageCharacters),
        data: readData(told, server),
      };
    } catch (error) {
      if (work.signal.aborted) throw error;
      const known = toMcpError(error, server);
      throw new ToolFailure('message' in known ? known.message : 'The tool failed.');
    }
  }
}

/** @throws ToolFailure where the tool says that it failed. */
export function unlessFailed(result: MappedResult): MappedResult {
  if (!result.isError) return result;
  throw new ToolFailure(result.text.slice(0, 1_000) || 'The tool failed.');
}

export function imageUrls(attachments: McpResult['attachments']): string[] {
  return attachments.flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : []));
}
