/** These are items of tools that the service runs itself: a call and what came of it in one. Source: the types of OpenAI's SDK. */

export interface McpListedTool {
  name: string;
  description?: string;
  input_schema: Record<string, unknown>;
  annotations?: Record<string, unknown>;
}

/** Lists the tools of an MCP server, or says why they are not there. The AI SDK refuses null where something is not there. */
export interface McpListToolsItem {
  type: 'mcp_list_tools';
  id: string;
  server_label: string;
  tools: McpListedTool[];
  error?: string;
}

/** Says why a call came to nothing: the protocol's error, HTTP's, or what the tool itself said of it. */
export type McpCallError =
  | { type: 'mcp_protocol_error' | 'http_error'; code: number; message: string }
  | { type: 'mcp_tool_execution_error'; content: unknown };

/** Calls a tool of an MCP server. `arguments` is JSON text. */
export interface McpCallItem {
  type: 'mcp_call';
  id: string;
  server_label: string;
  name: string;
  arguments: string;
  output: string | null;
  error: McpCallError | null;
  approval_request_id: string | null;
  status: 'in_progress' | 'completed' | 'incomplete' | 'calling' | 'failed';
}

/** Waits for the client's word. Nothing ran yet. */
export interface McpApprovalRequestItem {
  type: 'mcp_approval_request';
  id: string;
  server_label: string;
  name: string;
  arguments: string;
}

export interface FileSearchResult {
  file_id: string;
  filename: string;
  score: number;
  text: string;
  attributes?: Record<string, string | number | boolean> | null;
}

/** `results` are there only where the request includes `file_search_call.results`. */
export interface FileSearchCallItem {
  type: 'file_search_call';
  id: string;
  queries: string[];
  results: FileSearchResult[] | null;
  status: 'in_progress' | 'searching' | 'completed' | 'incomplete' | 'failed';
}

/** `sources` are there only where the request includes `web_search_call.action.sources`. */
export type WebSearchAction =
  | { type: 'search'; query: string; queries: string[]; sources?: { type: 'url'; url: string }[] }
  | { type: 'open_page'; url: string }
  | { type: 'find_in_page'; url: string; pattern: string };

export interface WebSearchCallItem {
  type: 'web_search_call';
  id: string;
  action: WebSearchAction;
  status: 'in_progress' | 'searching' | 'completed' | 'incomplete' | 'failed';
}

export type CodeOutput = { type: 'logs'; logs: string } | { type: 'image'; url: string };

/** `outputs` are there only where the request includes `code_interpreter_call.outputs`. */
export interface CodeInterpreterCallItem {
  type: 'code_interpreter_call';
  id: string;
  code: string | null;
  container_id: string;
  outputs: CodeOutput[] | null;
  status: 'in_progress' | 'interpreting' | 'completed' | 'incomplete' | 'failed';
}

export type HostedItem =
  | McpListToolsItem
  | McpCallItem
  | McpApprovalRequestItem
  | FileSearchCallItem
  | WebSearchCallItem
  | CodeInterpreterCallItem;
