import { Inject, Injectable } from '@nestjs/common';
import { ID_GENERATOR, type IdGenerator } from '../../../../common/id-generator.js';
import { nonEmptyText } from '../../../../common/json.js';
import { SETTINGS, type Settings } from '../../../../config/settings.js';
import type { MappedType } from '../../../../config/tool-map.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import { inputItems } from '../../../translator/request/items/input-items.js';
import { McpConnections } from '../mcp/mcp-connections.js';
import {
  MOST_IMAGE_CHARACTERS,
  MOST_MADE_CHARACTERS,
  type HostedRequest,
  type ToolExecutor,
  type ToolSession,
} from '../tool-executor.port.js';
import { CodeInterpreterSession } from './code-interpreter.session.js';
import { FileSearchSession } from './file-search.session.js';
import { ImageGenerationSession } from './image-generation.session.js';
import { MappedCaller } from './mapped-caller.js';

type OpenSession = (
  caller: MappedCaller,
  tool: ResponseTool,
  request: HostedRequest,
  close: () => void,
) => ToolSession;

/** Runs those of OpenAI's own tools that the operator has mapped to tools of his MCP servers. */
@Injectable()
export class MappedTools {
  /** Holds one executor for each type. `web_search` is not among them: its tool is a search engine. */
  readonly executors: readonly ToolExecutor[];

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    private readonly connections: McpConnections,
  ) {
    this.executors = [
      ...this.executor('file_search', (caller, tool, request, close) => {
        const { resultCharacters: mostCharacters } = settings.tools;
        const showsResults = includes(request, 'file_search_call.results');
        return new FileSearchSession(caller, tool, { showsResults, mostCharacters, close });
      }),
      ...this.executor('code_interpreter', (caller, tool, request, close) => {
        const containerId = containerOf(tool, request) ?? this.ids.next('cntr');
        const showsOutputs = includes(request, 'code_interpreter_call.outputs');
        return new CodeInterpreterSession(caller, tool, { containerId, showsOutputs, close });
      }),
      ...this.executor('image_generation', (caller, tool, _, close) => {
        const nextId = (): string => this.ids.next('ig');
        return new ImageGenerationSession(caller, tool, { nextId, close });
      }),
    ];
  }

  private executor(type: MappedType, openSession: OpenSession): ToolExecutor[] {
    const { toolMap, resultCharacters } = this.settings.tools;
    const mapping = toolMap[type];
    if (mapping === undefined) return [];
    const open = (request: HostedRequest): ToolSession | undefined => {
      const tool = request.body.tools?.find((one) => one.type === type);
      if (tool === undefined) return undefined;
      const links = this.connections.links();
      const images = type === 'image_generation' ? MOST_MADE_CHARACTERS : MOST_IMAGE_CHARACTERS;
      const caller = new MappedCaller(links, mapping, resultCharacters, images);
      return openSession(caller, tool, request, () => {
        links.close();
      });
    };
    return [{ toolTypes: [type], open }];
  }
}

function includes({ body }: HostedRequest, value: string): boolean {
  return body.include?.includes(value) === true;
}

/** A conversation keeps the container that it had, unless the client names one. */
function containerOf({ container }: ResponseTool, request: HostedRequest): string | undefined {
  const before = [...request.history, ...inputItems(request.body)].findLast(
    ({ type }) => type === 'code_interpreter_call',
  );
  return nonEmptyText(container) ?? nonEmptyText(before?.container_id);
}
