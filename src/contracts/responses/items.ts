import type { ComputerAction } from './computer.js';
import type { HostedItem } from './hosted-items.js';
import type { LoadedTool } from './tools.js';
import type { MessageOutputPart, ReasoningTextPart, SummaryTextPart } from './content.js';

/** These output and input items of the Responses API are as they are on the wire. */

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
  /** Stands only on calls of namespace tools (Codex, MCP). */
  namespace?: string;
  /** Holds JSON text. */
  arguments: string;
  status: ItemStatus;
}

/** Calls a freeform tool: `input` is raw text, not JSON. */
export interface CustomToolCallItem {
  type: 'custom_tool_call';
  id: string;
  call_id: string;
  name: string;
  namespace?: string;
  input: string;
  status: ItemStatus;
}

/** Holds a command for the client's own machine (OpenAI's `local_shell` tool). */
export interface LocalShellCallItem {
  type: 'local_shell_call';
  id: string;
  call_id: string;
  action: {
    type: 'exec';
    command: string[];
    env: Record<string, string>;
    timeout_ms?: number;
    working_directory?: string;
  };
  status: ItemStatus;
}

/** Holds commands for the client's shell (OpenAI's `shell` tool). `max_output_length` is in characters. */
export interface ShellCallItem {
  type: 'shell_call';
  id: string;
  call_id: string;
  action: { commands: string[]; max_output_length: number | null; timeout_ms: number | null };
  environment: null;
  status: ItemStatus;
}

/** `diff` is V4A: see OpenAI's apply_patch guide. */
export type PatchOperation =
  | { type: 'create_file' | 'update_file'; path: string; diff: string }
  | { type: 'delete_file'; path: string };

/** Changes one file once (OpenAI's `apply_patch` tool; Codex's own tool of that name is a custom tool). */
export interface ApplyPatchCallItem {
  type: 'apply_patch_call';
  id: string;
  call_id: string;
  operation: PatchOperation;
  status: 'in_progress' | 'completed';
}

/** Searches among tools that are held back. The client searches, or the server is told to have searched, which nobody answers. */
export interface ToolSearchCallItem {
  type: 'tool_search_call';
  id: string;
  call_id: string | null;
  execution: 'client' | 'server';
  /** Holds an object, not JSON text. */
  arguments: Record<string, unknown>;
  status: ItemStatus;
}

/** Says what a search by the server brought. */
export interface ToolSearchOutputItem {
  type: 'tool_search_output';
  id: string;
  call_id: null;
  execution: 'server';
  tools: LoadedTool[];
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

/**
 * Holds an image that the model, or a tool that is run here, made. `result` is base64, and null before it is there. The rest is
 * that of a tool's image.
 */
export interface ImageGenerationCallItem {
  type: 'image_generation_call';
  id: string;
  status: 'in_progress' | 'generating' | 'completed' | 'failed';
  result: string | null;
  revised_prompt?: string;
  output_format?: 'png' | 'webp' | 'jpeg' | 'gif';
  error?: { type: string; code: string | null; message: string; param: null };
}

/** Stands for the conversation before it. `encrypted_content` holds a summary that only this service can open. */
export interface CompactionItem {
  type: 'compaction';
  id: string;
  status: ItemStatus;
  encrypted_content: string;
}

/** A call of `computer` has `actions`; one of the preview tool has a single `action`. */
export interface ComputerCallItem {
  type: 'computer_call';
  id: string;
  call_id: string;
  action?: ComputerAction;
  actions?: ComputerAction[];
  /** OpenAI's own checks are not made here. */
  pending_safety_checks: never[];
  status: ItemStatus;
}

export type OutputItem =
  | MessageItem
  | FunctionCallItem
  | CustomToolCallItem
  | LocalShellCallItem
  | ShellCallItem
  | ComputerCallItem
  | ApplyPatchCallItem
  | ToolSearchCallItem
  | ToolSearchOutputItem
  | ReasoningItem
  | CompactionItem
  | ImageGenerationCallItem
  | HostedItem;

/**
 * This is an item of `input` after validation: an object with a type, the rest read loosely by the mapping of its type. Clients
 * spell history in many ways, so only what a mapping reads is checked.
 */
export interface InputItem {
  type: string;
  [key: string]: unknown;
}
