import type { ChatContentPart } from '../../../../contracts/chat/request.js';
import type { InputItem } from '../../../../contracts/responses/items.js';
import type { ReasoningText, SystemTurn, ToolAnswer, ToolCall } from './turn.js';

/** Takes what the items of a conversation mean, in their order, and writes it as the backend's API wants it. */
export interface ConversationWriter {
  /** Counts what was written so far. */
  readonly size: number;
  addSystem(
    role: SystemTurn['role'],
    text: string,
    param: string | null,
    parts?: SystemTurn['parts'],
  ): void;
  addUser(parts: ChatContentPart[], name?: string): void;
  addAssistantText(text: string): void;
  addReasoning(reasoning: ReasoningText): void;
  addCall(call: ToolCall): void;
  /** @throws ApiError 400 for the output of a call that is not there. */
  addOutput(answer: ToolAnswer): void;
  /** Says that what was before has become a summary, readable or not, so that calls may be out of reach. */
  noteCompaction(): void;
  /** Takes an item as it is where the backend knows items of its type, and says whether it did. */
  takeItem?(item: InputItem, type: string, param: string | null): boolean;
}
