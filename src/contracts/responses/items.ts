import type { MessageOutputPart, ReasoningTextPart, SummaryTextPart } from './content.js';

/** Output and input items of the Responses API, as they are on the wire. */

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export interface MessageItem {
  type: 'message';
  id: string;
  status: ItemStatus;
  role: 'assistant';
  content: MessageOutputPart[];
  phase?: 'commentary' | 'final_answer';
}

export interface FunctionCallItem {
  type: 'function_call';
  id: string;
  call_id: string;
  name: string;
  /** Only on calls of namespace tools (Codex, MCP). */
  namespace?: string;
  /** JSON text. */
  arguments: string;
  status: ItemStatus;
}

/** A freeform tool call: `input` is raw text, not JSON. */
export interface CustomToolCallItem {
  type: 'custom_tool_call';
  id: string;
  call_id: string;
  name: string;
  namespace?: string;
  input: string;
  status: ItemStatus;
}

export interface ReasoningItem {
  type: 'reasoning';
  id: string;
  status: ItemStatus;
  summary: SummaryTextPart[];
  content?: ReasoningTextPart[];
  encrypted_content?: string;
}

export type OutputItem = MessageItem | FunctionCallItem | CustomToolCallItem | ReasoningItem;

/**
 * An item of `input` after validation: an object with a type, the rest read loosely by the mapping of its type.
 * Clients spell history in many ways (pain point 18), so only what a mapping reads is checked.
 */
export interface InputItem {
  type: string;
  [key: string]: unknown;
}
