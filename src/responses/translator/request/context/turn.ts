import type { ToolOutput } from './tool-output.js';
import type { JsonRecord } from '../../../../common/json.js';
import type { DoneCall, Thought } from '../../thought.js';
import type { ChatContentPart, ChatTextPart } from '../../../../contracts/chat/request.js';

/** A turn is the conversation between its two wire forms: items in, chat messages out. */
export type Turn = SystemTurn | UserTurn | AssistantTurn;

export interface SystemTurn {
  kind: 'system';
  role: 'system' | 'developer';
  text: string;
  param: string | null;
  /** Holds the text in its parts, where one of them ends a cached prefix. */
  parts?: ChatTextPart[];
}

export interface UserTurn {
  kind: 'user';
  parts: ChatContentPart[];
  name?: string;
}

/** This turn is one assistant message with its tool round: parallel calls, each with its output. */
export interface AssistantTurn {
  kind: 'assistant';
  /** Holds the texts of the messages in it; it is empty when the model only called or reasoned. */
  texts: string[];
  reasoning: ReasoningText[];
  calls: ToolCall[];
}

export interface ReasoningText {
  text: string;
  /** These are shapes of the Rust proxy's; they always go back as think tags. */
  legacy: boolean;
  param: string | null;
  /** Holds opaque blocks that go back to the vendor that made them. */
  details?: readonly JsonRecord[] | undefined;
  /** It is of these calls, whatever it stands behind. */
  calls?: readonly DoneCall[] | undefined;
}

export interface ToolCall {
  id: string;
  /** The backend knows the function by this name. */
  name: string;
  /** Holds JSON text. */
  arguments: string;
  /** Holds the text of a call of a `custom` tool. */
  input?: string | undefined;
  param: string | null;
  /** The client has said that it still runs (`async`). */
  isRunning?: boolean;
  /** The item that brings the output has this type, where the call was an item. */
  outputType?: string;
  /** Says what it was thought of, where that is remembered. */
  thought?: Thought | undefined;
  output?: ToolOutput;
}

/** Finds the call of an output: the first of its id that has none, or the last. Without an id it is the oldest of its tool that has none. */
export function findAnswered<
  Call extends { name: string; output?: unknown; outputType?: string | undefined },
>(
  { callId, toolName, type }: Pick<ToolAnswer, 'callId' | 'toolName' | 'type'>,
  all: readonly Call[],
  ofId: (callId: string) => readonly Call[] | undefined,
): Call | undefined {
  if (callId !== undefined) {
    const calls = ofId(callId);
    return calls?.find(({ output }) => output === undefined) ?? calls?.at(-1);
  }
  return all.find(
    ({ name, output, outputType }) =>
      output === undefined &&
      (toolName === undefined || name === toolName) &&
      (type === undefined || outputType === undefined || outputType === type),
  );
}

/** Describes an output on its way to its call. `idField` is what its wire form calls the call id. */
export interface ToolAnswer {
  callId: string | undefined;
  /**
   * Finds the call of an output without a call id: the function name of the tool that made it, and the type of its item where it
   * says so.
   */
  toolName?: string | undefined;
  type?: string;
  output: ToolOutput;
  param: string | null;
  idField: 'call_id' | 'tool_call_id';
}
