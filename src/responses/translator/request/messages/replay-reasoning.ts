import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import type { JsonRecord } from '../../../../common/json.js';
import { hasForeignState, vendorOf, type Thought } from '../../thought.js';
import type { AssistantTurn, ReasoningText } from '../context/turn.js';

/** Says how the reasoning of one assistant turn goes back: in its text, in a field of its own, or not at all. */
export interface ReplayedReasoning {
  tags?: string;
  field?: { reasoning_content: string } | { reasoning: string };
  details?: { reasoning_details: readonly JsonRecord[] };
}

/**
 * Sends back what reasoning the dialect says that a backend wants: DeepSeek refuses a tool turn without it
 * (api-docs.deepseek.com, "Thinking mode", August 2026), Groq refuses any (janhq/jan#8136, May 2026).
 */
export function replayReasoning(
  turn: AssistantTurn,
  dialect: BackendDialect,
  warnings: WarningCollector,
): ReplayedReasoning {
  const replayed = wantsReasoning(turn, dialect);
  const inTags: ReasoningText[] = [];
  const inField: ReasoningText[] = [];
  const remembered = rememberedThought(turn);
  if (turn.reasoning.length === 0 && hasForeignState(remembered, dialect)) {
    const message = 'The state of an earlier call that another vendor sealed was left out.';
    warnings.add('reasoning_dropped', turn.calls[0]?.param ?? null, message);
  }
  const given = turn.reasoning.filter(({ text }) => text !== '');
  const known: readonly ReasoningText[] =
    given.length === 0 && remembered !== undefined && remembered.text !== ''
      ? [{ text: remembered.text, legacy: false, param: null }]
      : given;
  for (const reasoning of known) {
    if (reasoning.legacy || (replayed && dialect.reasoningReplayField === 'think_tags')) {
      inTags.push(reasoning);
    } else if (replayed) {
      inField.push(reasoning);
    }
  }
  if (inTags.length + inField.length === 0 && needsReasoning(turn, dialect)) {
    const message = 'The reasoning of an earlier answer is lost; a placeholder was sent for it.';
    warnings.add('reasoning_filled', turn.calls[0]?.param ?? null, message);
    inField.push({ text: PLACEHOLDER, legacy: false, param: null });
  }
  return {
    ...(inTags.length > 0 ? { tags: `<think>${joined(inTags)}</think>` } : {}),
    ...detailsOf(turn, remembered, dialect),
    ...(inField.length > 0 ? { field: reasoningField(joined(inField), dialect) } : {}),
  };
}

/** Some clients drop reasoning, so what the calls were thought of is remembered by their ids. */
function rememberedThought({ calls }: AssistantTurn): Thought | undefined {
  return calls.find(({ thought }) => thought !== undefined)?.thought;
}

/** Sends the opaque blocks of the turn back to the vendor that made them, and to no other. */
function detailsOf(
  { reasoning }: AssistantTurn,
  remembered: Thought | undefined,
  dialect: BackendDialect,
): Pick<ReplayedReasoning, 'details'> {
  if (!dialect.reasoningDetails) return {};
  const own = remembered?.vendor === vendorOf(dialect) ? (remembered.details ?? []) : [];
  // The memory has the whole, while a sealed item may have been closed before its signature came.
  const sealed = grownBlocks(reasoning.map(({ details }) => details ?? []));
  const blocks = own.length > 0 ? own : sealed;
  return blocks.length === 0 ? {} : { details: { reasoning_details: blocks } };
}

/** The items of one answer each hold the blocks that had come so far, so one whose blocks grew on in the next says nothing new. */
function grownBlocks(lists: readonly (readonly JsonRecord[])[]): readonly JsonRecord[] {
  return lists
    .filter((blocks, index) => {
      const next = lists[index + 1];
      return next === undefined || !blocks.every((block, at) => growsInto(block, next[at]));
    })
    .flat();
}

function growsInto(block: JsonRecord, grown: JsonRecord | undefined): boolean {
  if (grown?.type !== block.type || grown?.index !== block.index) return false;
  return [block.text, block.summary, block.data].every((value, at) => {
    const later = [grown?.text, grown?.summary, grown?.data][at];
    return typeof value !== 'string' || (typeof later === 'string' && later.startsWith(value));
  });
}

/** Thinking models refuse a conversation in which a thought is missing or empty; a space stands for one that is lost. */
const PLACEHOLDER = ' ';

/** Nothing is needed where a backend takes no reasoning, and only a field is ever missed. */
function needsReasoning(turn: AssistantTurn, dialect: BackendDialect): boolean {
  const { missingReasoning, reasoningReplay, reasoningReplayField } = dialect;
  if (reasoningReplay === 'off' || reasoningReplayField === 'think_tags') return false;
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
