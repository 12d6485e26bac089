import type { InItem } from './event-base.js';

type HostedToolEventType =
  | 'response.mcp_list_tools.in_progress'
  | 'response.mcp_list_tools.completed'
  | 'response.mcp_list_tools.failed'
  | 'response.mcp_call.in_progress'
  | 'response.mcp_call.completed'
  | 'response.mcp_call.failed'
  | 'response.file_search_call.in_progress'
  | 'response.file_search_call.searching'
  | 'response.file_search_call.completed'
  | 'response.web_search_call.in_progress'
  | 'response.web_search_call.searching'
  | 'response.web_search_call.completed'
  | 'response.code_interpreter_call.in_progress'
  | 'response.code_interpreter_call.interpreting'
  | 'response.code_interpreter_call.completed'
  | 'response.image_generation_call.in_progress'
  | 'response.image_generation_call.generating'
  | 'response.image_generation_call.completed';

/** These tell how a tool that the service runs is getting on, without its result, which the item's `done` brings. */
type HostedToolEvent = {
  [Type in HostedToolEventType]: InItem & { type: Type };
}[HostedToolEventType];

interface McpCallArgumentsDeltaEvent extends InItem {
  type: 'response.mcp_call_arguments.delta';
  delta: string;
}

interface McpCallArgumentsDoneEvent extends InItem {
  type: 'response.mcp_call_arguments.done';
  arguments: string;
}

interface CodeDeltaEvent extends InItem {
  type: 'response.code_interpreter_call_code.delta';
  delta: string;
}

interface CodeDoneEvent extends InItem {
  type: 'response.code_interpreter_call_code.done';
  code: string;
}

/** Shows an image before it is done; the first has the index 0. */
interface PartialImageEvent extends InItem {
  type: 'response.image_generation_call.partial_image';
  partial_image_index: number;
  partial_image_b64: string;
}

export type HostedEvent =
  | HostedToolEvent
  | McpCallArgumentsDeltaEvent
  | McpCallArgumentsDoneEvent
  | CodeDeltaEvent
  | CodeDoneEvent
  | PartialImageEvent;
