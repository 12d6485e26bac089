import type { Measured } from './entry-cache.js';

export interface LogBatch {
  first: number;
  count: number;
  text: string;
}

export interface ResponseEntry extends Measured {
  type: 'response';
  owner: string;
  id: string;
  previousId: string | null;
  status: string;
  replica: string;
  input: string;
  output: string;
  resource: string;
  itemIds: readonly string[];
  thoughts: ReadonlyMap<string, string>;
  log: LogBatch[];
  nextEvent: number;
}

export interface ConversationEntry extends Measured {
  type: 'conversation';
  conversation: string;
  /** Items stand in the order in which they joined. */
  items: Map<string, string>;
}

export type MemoryEntry = ResponseEntry | ConversationEntry;

export function responseKey(owner: string, id: string): string {
  return `response ${owner} ${id}`;
}

export function conversationKey(owner: string, id: string): string {
  return `conversation ${owner} ${id}`;
}
