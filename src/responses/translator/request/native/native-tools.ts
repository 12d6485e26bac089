import { asArray, isRecord, nonEmptyText, type JsonRecord } from '../../../../common/json.js';
import type { ResponseTool } from '../../../../contracts/responses/tools.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { hostedType } from '../../tools/hosted-type.js';
import type { ToolAdapterSet } from '../../tools/tool-adapter-set.js';
import { isRunHere } from '../../tools/tool-adapter.port.js';

/** Knows which tools of a request the backend knows itself: it is told of them, and of their items, as they are. */
export class NativeTools {
  private readonly types: ReadonlySet<string>;

  constructor(
    { responsesTools }: Pick<BackendDialect, 'responsesTools'>,
    adapters: ToolAdapterSet,
  ) {
    this.types = new Set(
      responsesTools.filter((type) => {
        const adapter = adapters.ofType(type);
        return adapter === undefined || !isRunHere(adapter);
      }),
    );
  }

  /** @param type of a tool, in any of OpenAI's spellings. */
  has(type: string): boolean {
    return this.types.has(hostedType(type));
  }

  /**
   * Tells whether a choice of tools names one of these. Of MCP servers only those are that are sent: a server of the operator's is
   * none of the backend's.
   */
  isChosen(choice: unknown, sent: readonly ResponseTool[]): boolean {
    if (!isRecord(choice)) return false;
    const { type, server_label: label } = choice;
    if (type === 'allowed_tools')
      return allowedOf(choice).some((tool) => this.isChosen(tool, sent));
    if (type !== 'mcp') return this.has(String(type));
    return sent.some(
      (tool) => tool.type === 'mcp' && (label == null || tool.server_label === label),
    );
  }
}

/** Gives the tools of a choice of several: they stand at its top as in the Responses API, or below `allowed_tools` as in chat. */
export function allowedOf(choice: JsonRecord): readonly unknown[] {
  const { allowed_tools: nested, tools } = choice;
  return asArray(isRecord(nested) ? nested.tools : tools);
}

/** Tells whether a backend knows a tool itself, and runs it where it is hosted. */
export function isNativeTool(
  tool: ResponseTool,
  { api, responsesTools }: Pick<BackendDialect, 'api' | 'responsesTools'>,
): boolean {
  const isKnown = responsesTools.some((type) => type === hostedType(tool.type));
  return api === 'responses' && isKnown && !isOwnServer(tool);
}

/** A server of tools that is known by its label alone is the operator's, and its tools run here. */
export function isOwnServer({
  type,
  server_url: url,
  connector_id: connector,
}: ResponseTool): boolean {
  return type === 'mcp' && nonEmptyText(url) === undefined && nonEmptyText(connector) === undefined;
}
