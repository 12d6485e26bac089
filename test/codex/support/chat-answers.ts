import type { ChatAssistantMessage, ChatRequest } from '../../../src/contracts/chat/request.js';
import {
  ChatChunks,
  streamOf,
  type ReceivedRequest,
  type Script,
} from '../../support/scripted-backend.js';

/** Says what the scripted chat backend says to Codex. */

const chunks = new ChatChunks('demo');
let calls = 0;

export interface SpokenCall {
  /** The backend knows the tool by this name. */
  name: string;
  arguments: unknown;
  id?: string;
}

const usage = chunks.usage({
  prompt_tokens: 100,
  completion_tokens: 10,
  total_tokens: 110,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
});

export function says(text: string): Script {
  return streamOf(chunks.role(), chunks.text(text), chunks.finish('stop'), usage);
}

export function refuses(refusal: string): Script {
  return streamOf(chunks.choice({ refusal }), chunks.finish('stop'), usage);
}

/** Makes parallel calls in one answer, after reasoning when there is any. */
export function makesCalls(spoken: readonly SpokenCall[], reasoning?: string): Script {
  return streamOf(
    chunks.role(),
    ...(reasoning === undefined ? [] : [chunks.reasoning(reasoning)]),
    ...spoken.map((call, index) => callChunk(call, index)),
    chunks.finish('tool_calls'),
    usage,
  );
}

/**
 * Makes a call whose arguments stop before their last 17 characters (the end of a patch), as the token limit (`length`), a
 * gateway's own limit (`stop`) or a broken connection leaves them.
 */
export function cutsCall(call: SpokenCall, how: 'length' | 'stop' | 'connection'): Script {
  const whole = JSON.stringify(call.arguments);
  const half = whole.slice(0, -17);
  const start = callChunk({ ...call, arguments: half }, 0);
  if (how !== 'connection') return streamOf(chunks.role(), start, chunks.finish(how), usage);
  return { steps: [{ data: chunks.role() }, { data: start }, { waitMs: 50 }, { cut: true }] };
}

/** Says a text, and then the connection is gone. */
export function breaksAfter(text: string): Script {
  return { steps: [{ data: chunks.text(text) }, { waitMs: 50 }, { cut: true }] };
}

function callChunk(
  { name, arguments: input, id = `call_${++calls}` }: SpokenCall,
  index: number,
): unknown {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return chunks.callStart(index, { id, name, arguments: text });
}

export function chatRequestOf({ body }: ReceivedRequest): ChatRequest {
  return body as ChatRequest;
}

export function toolNames(request: ReceivedRequest): string[] {
  return (chatRequestOf(request).tools ?? []).map((tool) => (tool.function ?? tool.custom).name);
}

/** Gives the last assistant message, and the outputs that follow it. */
export function lastRound(request: ReceivedRequest): {
  assistant: ChatAssistantMessage | undefined;
  outputs: string[];
} {
  const { messages } = chatRequestOf(request);
  const at = messages.findLastIndex((message) => message.role === 'assistant');
  const assistant = messages[at];
  return {
    assistant: assistant?.role === 'assistant' ? assistant : undefined,
    outputs: messages
      .slice(at + 1)
      .flatMap((message) => (message.role === 'tool' ? [message.content] : [])),
  };
}

/** Gives all that the model read, as one text. */
export function promptOf(request: ReceivedRequest): string {
  return JSON.stringify(chatRequestOf(request).messages);
}
