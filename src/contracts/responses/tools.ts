/** These tools and tool choices of the Responses API are as they are on the wire. */

export interface FunctionTool {
  type: 'function';
  name: string;
  description?: string | null;
  parameters?: Record<string, unknown> | null;
  strict?: boolean | null;
}

/** Holds any tool as the client sent it; a tool adapter reads the rest. */
export interface ResponseTool {
  type: string;
  [key: string]: unknown;
}

/** A search by the server brought it: a tool, or a namespace with those of its tools that were found. */
export type LoadedTool = LoadedMember | LoadedNamespace;

export type LoadedMember = LoadedFunction | LoadedCustomTool;

export interface LoadedFunction {
  type: 'function';
  name: string;
  description: string | null;
  parameters: Record<string, unknown> | null;
  strict: boolean | null;
  defer_loading: true;
}

/** Is as the client sent it. */
export interface LoadedCustomTool {
  type: 'custom';
  name: string;
  defer_loading: true;
  [key: string]: unknown;
}

export interface LoadedNamespace {
  type: 'namespace';
  name: string;
  description: string;
  tools: LoadedMember[];
}

export type ToolChoiceMode = 'none' | 'auto' | 'required';

export interface FunctionToolChoice {
  type: 'function';
  name: string;
}

export interface AllowedToolsChoice {
  type: 'allowed_tools';
  mode: ToolChoiceMode;
  tools: { type: string; name?: string; [key: string]: unknown }[];
}

/** Chooses a hosted or custom tool: `{type: 'custom', name}`, `{type: 'web_search'}`. */
export interface OtherToolChoice {
  type: string;
  [key: string]: unknown;
}

export type ToolChoice = ToolChoiceMode | FunctionToolChoice | AllowedToolsChoice | OtherToolChoice;
