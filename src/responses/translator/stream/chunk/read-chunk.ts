import type { ChatChunk } from '../../../../contracts/chat/chunk.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { asArray, asRecord, nonEmptyText, type JsonRecord } from '../../../../common/json.js';

/** Holds the part of a chunk that carries the answer, from a `delta` or from the `message` of a backend that did not stream. */
export interface ChunkContent {
  choice: JsonRecord;
  delta: JsonRecord;
  finishReason: string | undefined;
}

/**
 * Reads the first choice of a chunk. `n` is never sent, so others are a backend's mistake; joining them would mix two answers
 * into one text. Behind deltas a whole `message` repeats what they said (MiniMax, Perplexity: ENTERPILOT/GoModel#1068, September
 * 2026), so only its finish reason counts then.
 */
export function readChoice(chunk: ChatChunk, behindDeltas = false): ChunkContent | undefined {
  const choices = asArray(chunk.choices);
  const choice = asRecord(choices.find((entry) => (asRecord(entry)?.index ?? 0) === 0));
  if (choice === undefined) return undefined;
  const delta = asRecord(choice.delta);
  const repeats = behindDeltas && (delta === undefined || chunk.object === 'chat.completion');
  return {
    choice,
    delta: repeats ? {} : (delta ?? asRecord(choice.message) ?? {}),
    finishReason: nonEmptyText(choice.finish_reason) ?? nonEmptyText(choice.finishReason),
  };
}

/** Reads the text of a delta: a string, or parts as Mistral sends them (`thinking` parts are reasoning). */
export function deltaText(delta: JsonRecord): string {
  if (isThought(delta)) return '';
  const content = delta.content;
  if (typeof content === 'string') return content;
  let text = '';
  for (const entry of Array.isArray(content) ? content : [content]) {
    const part = asRecord(entry);
    if (part?.type === 'text' || part?.type === 'output_text')
      text += nonEmptyText(part.text) ?? '';
  }
  return text;
}

/** Reads the reasoning of a delta from the first field of the dialect that has any: two of them would double the text. */
export function deltaReasoning(
  delta: JsonRecord,
  fields: BackendDialect['reasoningFields'],
): string {
  for (const field of fields) {
    const value = delta[field];
    const text = typeof value === 'string' ? value : readReasoningDetails(value);
    if (text !== '') return text;
  }
  if (Array.isArray(delta.content)) return readThinkingParts(delta.content);
  if (isThought(delta)) return readThought(delta.content);
  return nonEmptyText(delta.reasoning_text) ?? nonEmptyText(delta.thinking) ?? '';
}

/** Gemini marks a delta whose content is a thought. */
function isThought(delta: JsonRecord): boolean {
  return asRecord(asRecord(delta.extra_content)?.google)?.thought === true;
}

/** Gemini also writes a tag at both ends of a thought (RooCodeInc/Roo-Code#12093, April 2026). */
function readThought(content: unknown): string {
  return nonEmptyText(content)?.replace(/^<thought>|<\/thought>$/g, '') ?? '';
}

/** OpenRouter and MiniMax send `[{type: 'reasoning.text', text}, {type: 'reasoning.summary', summary}]`. */
function readReasoningDetails(details: unknown): string {
  let text = '';
  for (const entry of asArray(details)) {
    const detail = asRecord(entry);
    text += nonEmptyText(detail?.text) ?? nonEmptyText(detail?.summary) ?? '';
  }
  return text;
}

/**
 * Mistral sends `{type: 'thinking', thinking: [{type: 'text', text}]}` among the content parts (docs.mistral.ai, "Reasoning",
 * 2026).
 */
function readThinkingParts(parts: readonly unknown[]): string {
  let text = '';
  for (const entry of parts) {
    const part = asRecord(entry);
    if (part?.type === 'reasoning')
      text += nonEmptyText(part.text) ?? nonEmptyText(part.reasoning) ?? '';
    if (part?.type !== 'thinking') continue;
    if (typeof part.thinking === 'string') text += part.thinking;
    for (const piece of asArray(part.thinking)) text += nonEmptyText(asRecord(piece)?.text) ?? '';
  }
  return text;
}
