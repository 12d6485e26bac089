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

export interface ChatFunctionCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
  /** Gemini alone has it. */
  extra_content?: { google: { thought_signature: string } };
}

/** A call of a `custom` tool. It has no `function`, which readers may ask for without a look at the type. */
export interface ChatCustomCall {
  id: string;
  type: 'custom';
  custom: { name: string; input: string };
  function?: never;
  extra_content?: never;
}

export type ChatToolCall = ChatFunctionCall | ChatCustomCall;

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

/** Takes text instead of arguments, in a grammar where it has one. OpenAI's newest models alone know it. */
export interface ChatCustomTool {
  type: 'custom';
  custom: {
    name: string;
    description?: string;
    format?:
      { type: 'text' } | { type: 'grammar'; grammar: { syntax: string; definition: string } };
  };
  function?: never;
}

export type ChatTool = ChatFunctionTool | ChatCustomTool;

export interface ChatFunctionChoice {
  type: 'function';
  function: { name: string };
}

export interface ChatCustomChoice {
  type: 'custom';
  custom: { name: string };
}

export type ChatToolChoice = 'none' | 'auto' | 'required' | ChatFunctionChoice | ChatCustomChoice;

/** Always streamed, so that both kinds of client take one code path. */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  stream: true;
  stream_options?: { include_usage: boolean };
  tools?: ChatTool[];
  tool_choice?: ChatToolChoice;
  [field: string]: unknown;
}
