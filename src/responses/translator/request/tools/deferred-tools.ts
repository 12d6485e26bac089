import type {
  LoadedFunction,
  LoadedTool,
  ResponseTool,
} from '../../../../contracts/responses/tools.js';
import { asRecord, nonEmptyText } from '../../../../common/json.js';
import { listTools } from '../../tools/namespace/namespace-tool.adapter.js';
import type { ToolIdentity } from '../../tools/tool-adapter.port.js';
import type { ToolRegistry } from '../../tools/tool-registry.js';
import type { OfferedTool } from './collect-tools.js';

/**
 * Says who brings the tools that are held back, `tool_search` and those with `defer_loading`. A search by the client brings its
 * tools itself, so they are held back until it did. One by the server does not run here: all tools are offered, and the answer
 * tells of the search that would have brought a tool ahead of its first call, since OpenAI's Agents SDKs refuse the call
 * otherwise (November 2026).
 */
export type SearchBy = 'client' | 'server' | 'nobody';

export function searchOf(tools: readonly ResponseTool[]): SearchBy {
  const search = tools.find(({ type }) => type === 'tool_search');
  if (search === undefined) return 'nobody';
  return search.execution === 'client' ? 'client' : 'server';
}

/** Leaves out what a search by the client is to bring; a namespace keeps its other tools. */
export function withoutDeferred(tool: ResponseTool): ResponseTool | undefined {
  if (tool.defer_loading === true) return undefined;
  if (tool.type !== 'namespace') return tool;
  const members = listTools(tool.tools);
  const kept = members.filter(({ defer_loading: deferred }) => deferred !== true);
  if (kept.length === members.length) return tool;
  return kept.length === 0 ? undefined : { ...tool, tools: kept };
}

/** OpenAI's calls of a deferred function that has no namespace carry its name as one. */
export function deferredIdentity(identity: ToolIdentity): ToolIdentity {
  return { ...identity, namespace: identity.namespace ?? identity.name };
}

/** Maps a chat name to what a search by the server would bring. It holds the tools that no search has brought in the history. */
export function waitingTools(
  offered: readonly OfferedTool[],
  registry: ToolRegistry,
): ReadonlyMap<string, LoadedTool> {
  const waiting = new Map<string, LoadedTool>();
  for (const { tool, fromHistory } of offered) {
    for (const [identity, loaded] of functionsOf(tool)) {
      const name = registry.chatName(deferredIdentity(identity));
      // What a search brought is there, whether or not it still says that it was deferred.
      if (fromHistory) waiting.delete(name);
      else if (loaded !== undefined) waiting.set(name, loaded);
    }
  }
  return waiting;
}

/** Gives each function of a tool with what a search would bring of it where it is deferred. */
function functionsOf(tool: ResponseTool): [ToolIdentity, LoadedTool | undefined][] {
  const { type } = tool;
  const name = nonEmptyText(tool.name) ?? '';
  if (type === 'function') return [[{ type, name }, loadedFunction(tool, name)]];
  if (type !== 'namespace') return [];
  const description = nonEmptyText(tool.description) ?? '';
  return listTools(tool.tools).map((member) => {
    const inner = nonEmptyText(member.name) ?? '';
    const found = loadedFunction(member, inner);
    const loaded = found && { type: 'namespace' as const, name, description, tools: [found] };
    return [{ type: member.type, name: inner, namespace: name }, loaded];
  });
}

function loadedFunction(tool: ResponseTool, name: string): LoadedFunction | undefined {
  if (tool.type !== 'function' || tool.defer_loading !== true) return undefined;
  return {
    type: 'function',
    name,
    description: nonEmptyText(tool.description) ?? null,
    parameters: asRecord(tool.parameters) ?? null,
    strict: typeof tool.strict === 'boolean' ? tool.strict : null,
    defer_loading: true,
  };
}
