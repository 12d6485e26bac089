import type { ChatRequest } from '../../../../contracts/chat/request.js';
import type { LoadedTool } from '../../../../contracts/responses/tools.js';
import type { OfferedTools } from '../../stream/rescue/text-call-syntax.js';
import type { ToolRegistry } from '../../tools/tool-registry.js';

/** Holds a chat request, and what its answer is read by. */
export interface ChatTranslation {
  chatRequest: ChatRequest;
  /** Maps the names in the backend's calls to the client's tools. */
  tools: ToolRegistry;
  /** These tools may be called as text, too. */
  offeredTools: OfferedTools;
  /** Maps a chat name to what a search by the server would have brought before its first call. */
  waitingTools: ReadonlyMap<string, LoadedTool>;
  /** Says which earlier thoughts the model sees again. */
  reasoningContext: 'current_turn' | 'all_turns';
  /** Holds the chat names that may be called; undefined means all. */
  allowedTools: ReadonlySet<string> | undefined;
}
