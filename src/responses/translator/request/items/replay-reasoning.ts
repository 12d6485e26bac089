import type { BackendDialect } from '../../dialect.js';
import type { WarningCollector } from '../../warning.js';
import type { AssistantTurn, ReasoningText } from '../messages/turn.js';

/** How the reasoning of one assistant turn goes back: in its text, in a field of its own, or not at all. */
export interface ReplayedReasoning {
  tags?: string;
  field?: { reasoning_content: string } | { reasoning: string };
}

/** The dialect says which reasoning a backend wants back (DeepSeek refuses a tool turn without, Groq refuses any). */
export function replayReasoning(
  turn: AssistantTurn,
  dialect: BackendDialect,
  warnings: WarningCollector,
): ReplayedReasoning {
  const replayed = wantsReasoning(turn, dialect);
  const inTags: ReasoningText[] = [];
  const inField: ReasoningText[] = [];
  for (const reasoning of turn.reasoning) {
    if (reasoning.legacy || (replayed && dialect.reasoningReplayField === 'think_tags')) {
      inTags.push(reasoning);
    } else if (replayed) {
      inField.push(reasoning);
    }
  }
  if (inTags.length + inField.length === 0 && needsReasoning(turn, dialect)) {
    const message = 'The reasoning of an earlier answer is lost; a placeholder was sent for it.';
    warnings.add('reasoning_filled', turn.calls[0]?.param ?? null, message);
    return dialect.reasoningReplayField === 'think_tags'
      ? { tags: `<think>${PLACEHOLDER}</think>` }
      : { field: reasoningField(PLACEHOLDER, dialect) };
  }
  return {
    ...(inTags.length > 0 ? { tags: `<think>${joined(inTags)}</think>` } : {}),
    ...(inField.length > 0 ? { field: reasoningField(joined(inField), dialect) } : {}),
  };
}

/** Thinking models refuse a conversation in which a thought is missing or empty; a space stands for one that is lost. */
const PLACEHOLDER = ' ';

function needsReasoning(turn: AssistantTurn, { missingReasoning }: BackendDialect): boolean {
  return missingReasoning === 'all' || (missingReasoning === 'calls' && turn.calls.length > 0);
}

/** The rule looks at this turn alone, never at its age: a prefix that was sent once stays as it was sent. */
function wantsReasoning(turn: AssistantTurn, dialect: BackendDialect): boolean {
  switch (dialect.reasoningReplay) {
    case 'off':
      return false;
    case 'tool-turns':
      return turn.calls.length > 0;
    case 'full':
      return true;
  }
}

function reasoningField(
  text: string,
  dialect: BackendDialect,
): { reasoning_content: string } | { reasoning: string } {
  return dialect.reasoningReplayField === 'reasoning'
    ? { reasoning: text }
    : { reasoning_content: text };
}

function joined(reasoning: readonly ReasoningText[]): string {
  return reasoning.map(({ text }) => text).join('\n');
}
