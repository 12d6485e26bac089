import { alphanumeric9, shortHash } from '../../tools/short-hash.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { Turn } from '../context/turn.js';

/**
 * These are the forms of call ids that backends insist on, also for calls of other backends in the history, or a conversation
 * that changes its model is refused for ever. Bedrock takes 64 characters of `[A-Za-z0-9_.:-]` (maximhq/bifrost#6300, August
 * 2026), OpenAI 40 (langgenius/dify#28987, December 2025), Claude `[A-Za-z0-9_-]` wherever it is served (openclaw/openclaw#10223,
 * February 2026), Mistral nine letters and digits (nearai/ironclaw#1241, March 2026). `numberCalls` has seen to Kimi's.
 */
const forms = {
  any: /^/,
  short: /^[A-Za-z0-9_.:-]{1,40}$/,
  word: /^[A-Za-z0-9_-]{1,40}$/,
  alphanumeric9: /^[A-Za-z0-9]{9}$/,
  functions: /^/,
} as const;

/** Gives the id as it goes to the backend: one that is in its form stays, another is hashed, the same on both sides and every turn. */
export function chatCallId(callId: string, { callIdFormat }: BackendDialect): string {
  if (forms[callIdFormat].test(callId)) return callId;
  const hash = alphanumeric9(callId);
  return callIdFormat === 'alphanumeric9' ? hash : `call_${hash}${shortHash(callId)}`;
}

/**
 * Gives the turns with ids as Kimi K2 counts its calls, from 0 over the whole conversation: its template shows the model the ids,
 * and behind ids of another form the model writes them where the function's name belongs (moonshotai/Kimi-K2-Instruct,
 * `docs/tool_call_guidance.md`; microsoft/vscode#325813, July 2026).
 */
export function numberCalls(
  turns: readonly Turn[],
  { callIdFormat }: BackendDialect,
): readonly Turn[] {
  if (callIdFormat !== 'functions') return turns;
  let count = 0;
  return turns.map((turn) => {
    if (turn.kind !== 'assistant') return turn;
    const calls = turn.calls.map((call) => ({ ...call, id: `functions.${call.name}:${count++}` }));
    return { ...turn, calls };
  });
}
