import { told } from '../../../../common/describe-value.js';
import { invalidRequest } from '../../../../common/error-table.js';
import type { ChatContentPart } from '../../../../contracts/chat/request.js';
import { within } from '../../../../common/json.js';
import type { WarningCollector } from '../../warning.js';
import type { Thought } from '../../thought.js';
import type { TranslationTrace } from '../context/translation-trace.js';
import type { ConversationWriter } from '../context/conversation-writer.port.js';
import {
  findAnswered,
  type ToolAnswer,
  type AssistantTurn,
  type ReasoningText,
  type SystemTurn,
  type ToolCall,
  type Turn,
  type UserTurn,
} from '../context/turn.js';

/** Holds the calls of one call id of the history, in the latest round that used it. */
interface CallsOfId {
  turn: AssistantTurn;
  calls: ToolCall[];
}

/**
 * Collects items, in any order that clients send them, as turns in the order that chat demands:
 * text, reasoning and parallel calls that belong together are one assistant turn, and each output is with its call.
 * Whatever comes between a call and its output thereby ends up after the round. A further turn never rewrites what was
 * collected (only a late or repeated output does), so the prefix of a conversation keeps its bytes and prompt caches hold.
 */
export class ChatHistory implements ConversationWriter {
  readonly turns: Turn[] = [];
  private readonly calls: ToolCall[] = [];
  private readonly callsById = new Map<string, CallsOfId>();
  /** This assistant turn still takes text and calls; an output of its own or another speaker closes it. */
  private open: AssistantTurn | undefined;
  private isCompacted = false;

  constructor(
    private readonly warnings: WarningCollector,
    private readonly recallThought: (callId: string) => Thought | undefined = () => undefined,
    private readonly trace?: TranslationTrace,
  ) {}

  get size(): number {
    return this.turns.length;
  }

  addSystem(
    role: SystemTurn['role'],
    text: string,
    param: string | null,
    parts?: SystemTurn['parts'],
  ): void {
    if (text === '') return;
    this.open = undefined;
    this.begin({ kind: 'system', role, text, param, ...(parts && { parts }) });
  }

  addUser(parts: ChatContentPart[], name?: string): void {
    this.open = undefined;
    this.begin({ kind: 'user', parts, ...(name === undefined ? {} : { name }) });
  }

  addAssistantText(text: string): void {
    const turn = this.assistantTurn();
    this.trace?.note(turn);
    turn.texts.push(text);
  }

  /** What names its calls belongs to their turn, and comes behind them. */
  addReasoning(reasoning: ReasoningText): void {
    const [call] = reasoning.calls ?? [];
    const known = call === undefined ? undefined : this.callsById.get(call.callId);
    const turn = known?.turn ?? this.assistantTurn();
    this.trace?.note(turn);
    turn.reasoning.push(reasoning);
  }

  /**
   * Adds a call. An empty id is replaced by one that is made of the name and the place of the call, so it is the same on every
   * turn.
   */
  addCall(call: ToolCall): void {
    const turn = this.assistantTurn();
    const entry: ToolCall = {
      ...call,
      id: call.id === '' ? `call_${call.name}_${this.calls.length}` : call.id,
      thought: this.recallThought(call.id),
    };
    const known = this.callsById.get(entry.id);
    if (known?.turn !== turn) {
      this.callsById.set(entry.id, { turn, calls: [entry] });
    } else if (!this.tellApart(entry, known)) {
      return;
    }
    this.trace?.note(entry);
    turn.calls.push(entry);
    this.calls.push(entry);
  }

  addOutput(answer: ToolAnswer): void {
    const { callId, output, param, idField } = answer;
    const call = findAnswered(answer, this.calls, (id) => this.callsById.get(id)?.calls);
    if (call === undefined && this.isCompacted) {
      tellOrphan(answer, this, this.warnings);
      return;
    }
    if (call === undefined) throw orphan(callId, within(param, `.${idField}`));
    if (call.output !== undefined) {
      this.warnings.add(
        'tool_output_duplicate',
        param,
        `Call '${call.id}' has more than one output; the last one is kept.`,
      );
    }
    if (this.open?.calls.includes(call) === true) this.open = undefined;
    const last = this.turns.at(-1);
    if (last?.kind !== 'assistant' || !last.calls.includes(call)) {
      this.warnings.add(
        'tool_output_moved',
        param,
        `The output of '${call.id}' was moved directly after its call.`,
      );
    }
    this.trace?.note(output);
    call.output = output;
  }

  noteCompaction(): void {
    this.isCompacted = true;
  }

  private begin(turn: SystemTurn | UserTurn): void {
    this.trace?.note(turn);
    this.turns.push(turn);
  }

  private assistantTurn(): AssistantTurn {
    if (this.open === undefined) {
      this.open = { kind: 'assistant', texts: [], reasoning: [], calls: [] };
      this.turns.push(this.open);
    }
    return this.open;
  }

  /** Keeps two parallel calls of one id apart: the same call twice is dropped (false), another one gets an id of its own. */
  private tellApart(entry: ToolCall, known: CallsOfId): boolean {
    const repeated = known.calls.some(
      (call) => call.name === entry.name && call.arguments === entry.arguments,
    );
    this.warnings.add(
      'tool_call_duplicate',
      entry.param,
      repeated
        ? `Call '${entry.id}' is there twice; it is sent once.`
        : `Call id '${entry.id}' is used for two calls; the second gets an id of its own.`,
    );
    if (repeated) return false;
    known.calls.push(entry);
    const taken = new Set(known.turn.calls.map((call) => call.id));
    const base = entry.id;
    for (let count = 2; taken.has(entry.id); count++) entry.id = `${base}_${count}`;
    return true;
  }
}

/** The call of this output was compacted: what it brought is told by the user, as the summary is. */
export function tellOrphan(
  { callId, output, param }: ToolAnswer,
  writer: Pick<ConversationWriter, 'addUser'>,
  warnings: WarningCollector,
): void {
  const message = 'The call of this output was compacted; the output became a user message.';
  warnings.add('tool_output_moved', param, message);
  const text = `Output of ${told(callId)}:\n${output.text}`;
  writer.addUser([{ type: 'text', text }, ...output.attachments]);
}

/** The backend would refuse such an output or, worse, take it: a failed continuation must fail here. */
export function orphan(callId: string | undefined, param: string | null): Error {
  return invalidRequest(
    callId === undefined
      ? 'No tool call is waiting for this tool output.'
      : `No tool call found for tool output with call_id '${told(callId)}'.`,
    param,
    'orphan_tool_output',
  );
}
