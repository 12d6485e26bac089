import type { ToolSearchCallItem } from '../../../../contracts/responses/items.js';
import type {
  CallContext,
  CallingTool,
  CallWriter,
  ToolDeclaration,
} from '../../../translator/tools/tool-adapter.port.js';
import type { DeferredTool } from '../../../translator/request/tools/deferred-tools.js';
import { WholeCallWriter } from '../../../translator/tools/whole-call.writer.js';

export const MOST_FOUND = 20;
export const USUALLY_FOUND = 8;

const NAMED_NAMESPACES = 30;
const ABOUT_CHARACTERS = 200;

const PARAMETERS = {
  type: 'object',
  properties: {
    query: { type: 'string', description: 'Words for what the tool should be able to do.' },
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: MOST_FOUND,
      description: `The most tools to load; ${USUALLY_FOUND} unless told.`,
    },
  },
  required: ['query'],
};

/** Makes a function of a tool search that runs here, and items of its calls. */
export class ServerSearchAdapter implements CallingTool {
  readonly toolType = 'tool_search';
  readonly itemIdPrefix = 'tsc';
  readonly runsHere = true;
  readonly needsWholeArguments = true;

  constructor(private readonly deferred: readonly DeferredTool[]) {}

  declare(): ToolDeclaration[] {
    const name = this.toolType;
    const description = describe(this.deferred);
    const parameters = structuredClone<Record<string, unknown>>(PARAMETERS);
    return [{ identity: { type: name, name }, function: { name, description, parameters } }];
  }

  openCall({ itemId }: CallContext): CallWriter {
    return new WholeCallWriter<ToolSearchCallItem>((callArguments) => ({
      type: 'tool_search_call',
      id: itemId,
      call_id: null,
      execution: 'server',
      arguments: callArguments,
      status: 'in_progress',
    }));
  }
}

/** The model knows what there is to search in, as at OpenAI: the namespaces, and how many tools there are. */
function describe(deferred: readonly DeferredTool[]): string {
  const namespaces = new Map<string, string>();
  for (const { loaded } of deferred) {
    if (loaded.type === 'namespace') namespaces.set(loaded.name, loaded.description);
  }
  const lines = [...namespaces]
    .slice(0, NAMED_NAMESPACES)
    .map(([name, about]) => `- ${name}: ${about.slice(0, ABOUT_CHARACTERS)}`);
  return [
    `Finds and loads some of ${deferred.length} further tools. Search whenever no tool that you have does what is needed; those that are found can be called from then on.`,
    ...(lines.length === 0 ? [] : ['Some of them belong to:', ...lines]),
  ].join('\n');
}
