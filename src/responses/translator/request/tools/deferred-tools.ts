import type {
  LoadedMember,
  LoadedTool,
  ResponseTool,
} from '../../../../contracts/responses/tools.js';
import { asRecord, nonEmptyText } from '../../../../common/json.js';
import { listTools } from '../../tools/namespace/namespace-tool.adapter.js';
import type { ToolIdentity } from '../../tools/tool-identity.js';
import type { ToolRegistry } from '../../tools/tool-registry.js';
import type { OfferedTool } from './collect-tools.js';

/**
 * Says who brings the tools that are held back, `tool_search` and those with `defer_loading`. A search by the client brings its
 * tools itself, so they are held back until it did, and so they are where a search by the server runs here. Where it does not, all
 * tools are offered. In both cases the answer tells of the search that would have brought a tool ahead of its first call where no
 * search did, since OpenAI's Agents SDKs refuse the call otherwise (November 2026).
 */
export type SearchBy = 'client' | 'server' | 'nobody';

export function searchOf(tools: readonly ResponseTool[]): SearchBy {
  const search = tools.find(({ type }) => type === 'tool_search');
  if (search === undefined) return 'nobody';
  return search.execution === 'client' ? 'client' : 'server';
}

/** OpenAI's calls of a deferred function that has no namespace carry its name as one. */
export function deferredIdentity(identity: ToolIdentity): ToolIdentity {
  return identity.type === 'function'
    ? { ...identity, namespace: identity.namespace ?? identity.name }
    : identity;
}

/** Holds a deferred tool, and what a search brings of it. */
export interface DeferredTool {
  identity: ToolIdentity;
  loaded: LoadedTool;
}

/** Lists the deferred tools of a request, those in namespaces one by one. */
export function deferredTools(tools: readonly ResponseTool[]): DeferredTool[] {
  return tools.flatMap((tool) =>
    membersOf(tool).flatMap(({ identity, loaded }) =>
      loaded === undefined ? [] : [{ identity, loaded }],
    ),
  );
}

/** Maps a chat name to what a search by the server would bring. It holds the tools that no search has brought in the history. */
export function waitingTools(
  offered: readonly OfferedTool[],
  registry: ToolRegistry,
): ReadonlyMap<string, LoadedTool> {
  const waiting = new Map<string, LoadedTool>();
  for (const { tool, fromHistory } of offered) {
    for (const { identity, loaded } of membersOf(tool)) {
      const name = registry.chatName(deferredIdentity(identity));
      // What a search brought is there, whether or not it still says that it was deferred.
      if (fromHistory) waiting.delete(name);
      else if (loaded !== undefined) waiting.set(name, loaded);
    }
  }
  return waiting;
}

interface Member {
  identity: ToolIdentity;
  loaded: LoadedTool | undefined;
}

/** Gives each function and custom tool of a tool, with what a search would bring of it where it is deferred. */
function membersOf(tool: ResponseTool): Member[] {
  const { type } = tool;
  const name = nonEmptyText(tool.name) ?? '';
  if (type !== 'namespace') return [{ identity: { type, name }, loaded: loadedMember(tool, name) }];
  const description = nonEmptyText(tool.description) ?? '';
  return listTools(tool.tools).map((member) => {
    const inner = nonEmptyText(member.name) ?? '';
    const found = loadedMember(member, inner);
    const loaded = found && { type: 'namespace' as const, name, description, tools: [found] };
    return { identity: { type: member.type, name: inner, namespace: name }, loaded };
  });
}

function loadedMember(tool: ResponseTool, name: string): LoadedMember | undefined {
  if (tool.defer_loading !== true) return undefined;
  if (tool.type === 'custom') return { ...tool, type: 'custom', name, defer_loading: true };
  if (tool.type !== 'function') return undefined;
  return {
    type: 'function',
    name,
    description: nonEmptyText(tool.description) ?? null,
    parameters: asRecord(tool.parameters) ?? null,
    strict: typeof tool.strict === 'boolean' ? tool.strict : null,
    defer_loading: true,
  };
}

/** Tells whether a tool is one of these. */
export function memberOf(identities: readonly ToolIdentity[]): (identity: ToolIdentity) => boolean {
  const keyOf = ({ type, name, namespace = '' }: ToolIdentity): string =>
    JSON.stringify([type, name, namespace]);
  const keys = new Set(identities.map(keyOf));
  return (identity) => keys.has(keyOf(identity));
}
