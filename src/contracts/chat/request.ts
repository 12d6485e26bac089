/** A Chat Completions backend is asked with these types. */

/** Ends a cached prefix at a part (OpenAI's types, November 2026). */
interface MarkedPart {
  prompt_cache_breakpoint?: Record<string, unknown>;
}

export interface ChatTextPart extends MarkedPart {
  type: 'text';
  text: string;
}

export interface ChatImagePart extends MarkedPart {
  type: 'image_url';
  image_url: { url: string; detail?: string };
}

export interface ChatFilePart extends MarkedPart {
  type: 'file';
  file: { filename?: string; file_data: string };
}

export type ChatContentPart = ChatTextPart | ChatImagePart | ChatFilePart;

export interface ChatToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
  /** Gemini alone has it. */
  extra_content?: { google: { thought_signature: string } };
}

export interface ChatSystemMessage {
  role: 'system' | 'developer';
  content: string | ChatTextPart[];
}

export interface ChatUserMessage {
  role: 'user';
  name?: string;
  content: string | ChatContentPart[];
}

/** `content` is null only beside tool calls. The reasoning fields are written as the dialect wants them. */
export interface ChatAssistantMessage {
  role: 'assistant';
  content: string | null;
  tool_calls?: ChatToolCall[];
  reasoning_content?: string;
  reasoning?: string;
}

/** `name` is the function's: some templates (Kimi K3) refuse a tool message without it. */
export interface ChatToolMessage {
  role: 'tool';
  tool_call_id: string;
  name?: string;
  content: string;
}

export type ChatMessage =
  ChatSystemMessage | ChatUserMessage | ChatAssistantMessage | ChatToolMessage;

export interface ChatFunctionTool {
  type: 'function';
  function: {
    name: string;
    description?: string;
    parameters?: Record<string, unknown>;
    strict?: boolean;
  };
}

export type ChatToolChoice =
  'none' | 'auto' | 'required' | { type: 'function'; function: { name: string } };

/** Always streamed, so that both kinds of client take one code path. */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  stream: true;
  stream_options?: { include_usage: boolean };
  tools?: ChatFunctionTool[];
  tool_choice?: ChatToolChoice;
  [field: string]: unknown;
}
