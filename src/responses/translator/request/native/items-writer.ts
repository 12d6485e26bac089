import { type JsonRecord, nonEmptyText, within } from '../../../../common/json.js';
import type { ChatContentPart } from '../../../../contracts/chat/request.js';
import type { InputItem } from '../../../../contracts/responses/items.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { hasForeignState, vendorOf, type Thought } from '../../thought.js';
import type { WarningCollector } from '../../warning.js';
import type { ConversationWriter } from '../context/conversation-writer.port.js';
import type { TranslationTrace } from '../context/translation-trace.js';
import { orphan, tellOrphan } from '../messages/chat-history.js';
import type { ReasoningText, ToolAnswer, ToolCall } from '../context/turn.js';
import { CallPairs } from './call-pairs.js';
import type { NativeItems } from './native-items.js';
import { toInputParts } from './to-input-parts.js';

interface WriterOptions {
  dialect: BackendDialect;
  warnings: WarningCollector;
  natives: NativeItems;
  /** Says what a call was thought of, where that is remembered. */
  recallThought: (callId: string) => Thought | undefined;
  trace?: TranslationTrace | undefined;
}

/**
 * Writes a conversation as items of the Responses API, in the order in which the client has them. What the backend has no item for
 * is told as the chat translation would tell it: as a function's call and its output.
 */
export class ItemsWriter implements ConversationWriter {
  private readonly items: InputItem[] = [];
  private readonly pairs: CallPairs;
  private readonly written = new Set<unknown>();
  private isCompacted = false;
  private hasDropped = false;

  constructor(private readonly options: WriterOptions) {
    this.pairs = new CallPairs(options.warnings);
  }

  get size(): number {
    return this.items.length;
  }

  /** Gives the conversation. No call of it is left without an output, since backends refuse that. */
  finish(): InputItem[] {
    return this.pairs.filled(this.items);
  }

  addSystem(role: 'system' | 'developer', text: string): void {
    if (text === '') return;
    const { developerRole } = this.options.dialect;
    const told = role === 'developer' ? developerRole : role;
    this.write({ type: 'message', role: told, content: text });
  }

  addUser(parts: ChatContentPart[]): void {
    this.write({ type: 'message', role: 'user', content: toInputParts(parts) });
  }

  addAssistantText(text: string): void {
    const part = { type: 'output_text', text, annotations: [] };
    this.write(this.assistantMessage({ content: [part] }));
  }

  addReasoning({ text, details = [], param }: ReasoningText): void {
    const { responsesReasoning } = this.options.dialect;
    if (details.length > 0) this.addSealed(details);
    else if (responsesReasoning === 'text') this.addThought(text);
    else if (text !== '') this.warnDropped(param);
  }

  addCall(call: ToolCall): void {
    const id = call.id === '' ? `call_${call.name}_${this.pairs.size}` : call.id;
    const { name, arguments: given, param, outputType } = call;
    this.addThoughtOf(call.id, param);
    const item = { type: 'function_call', call_id: id, name, arguments: given };
    const added = this.pairs.call({ id, name, given, param, outputType }, item);
    if (added !== undefined) this.write(added);
  }

  addOutput(answer: ToolAnswer): void {
    const { text, attachments } = answer.output;
    const output =
      attachments.length === 0
        ? text
        : toInputParts([...(text === '' ? [] : [{ type: 'text' as const, text }]), ...attachments]);
    const found = this.pairs.answer(answer);
    if (found !== undefined) {
      const item = { type: 'function_call_output', call_id: found.id, output };
      this.note(this.pairs.settle(found, item, this.items, answer.param));
      return;
    }
    if (!this.isCompacted) {
      throw orphan(answer.callId, within(answer.param, `.${answer.idField}`));
    }
    tellOrphan(answer, this, this.options.warnings);
  }

  noteCompaction(): void {
    this.isCompacted = true;
  }

  takeItem(item: InputItem, type: string, param: string | null): boolean {
    const native = this.options.natives.of(item, type);
    if (native === undefined) return false;
    if (type === 'message' && native.role === 'assistant') {
      this.write(this.assistantMessage(native));
      return true;
    }
    const callId = nonEmptyText(native.call_id);
    if (type.endsWith('_output') && callId !== undefined)
      return this.takeOutput(native, callId, param);
    if (callId !== undefined && type.endsWith('_call')) {
      this.addThoughtOf(callId, param);
      const name = nonEmptyText(native.name) ?? type;
      const call = { id: callId, name, given: JSON.stringify(native), param, isNative: true };
      const added = this.pairs.call({ ...call, outputType: `${type}_output` }, native);
      if (added !== undefined) this.write(added);
      return true;
    }
    this.write(native);
    return true;
  }

  /** An output goes as its call went. */
  private takeOutput(native: InputItem, callId: string, param: string | null): boolean {
    const call = this.pairs.answer({ callId, type: native.type });
    const isOfFunction = native.type === 'function_call_output';
    if (call === undefined || (call.isNative !== true && !isOfFunction)) return false;
    this.note(this.pairs.settle(call, native, this.items, param));
    return true;
  }

  /** OpenAI and vLLM want their own form of an assistant's message back, with an id; it must not depend on the time. */
  private assistantMessage({ id, content, phase }: JsonRecord): InputItem {
    const known = nonEmptyText(id)?.startsWith('msg_') === true ? id : `msg_${this.items.length}`;
    return {
      type: 'message',
      id: known,
      status: 'completed',
      role: 'assistant',
      content,
      ...(phase == null ? {} : { phase }),
    };
  }

  /** A client that gives no reasoning back has its calls remembered with what they were thought of. */
  private addThoughtOf(callId: string, param: string | null): void {
    const { dialect, recallThought, warnings } = this.options;
    const thought = recallThought(callId);
    if (thought?.vendor === vendorOf(dialect)) this.addSealed(thought.details ?? []);
    else if (hasForeignState(thought, dialect)) {
      const message = 'The state of an earlier call that another vendor sealed was left out.';
      warnings.add('reasoning_dropped', param, message);
    }
  }

  private addThought(text: string): void {
    if (text === '') return;
    this.write({
      type: 'reasoning',
      id: `rs_${this.items.length}`,
      summary: [],
      content: [{ type: 'reasoning_text', text }],
    });
  }

  /** Each block goes back once, under the id that it was sealed with. */
  private addSealed(details: readonly JsonRecord[]): void {
    for (const { id, summary = [], encrypted_content: sealed } of details) {
      if (this.written.has(id)) continue;
      this.written.add(id);
      this.write({ type: 'reasoning', id, summary, encrypted_content: sealed });
    }
  }

  private write(item: InputItem): void {
    this.items.push(item);
    this.note(item);
  }

  private note(item: InputItem): void {
    this.options.trace?.note(item);
  }

  private warnDropped(param: string | null): void {
    if (this.hasDropped) return;
    this.hasDropped = true;
    const message = 'This backend takes no reasoning but what it sealed itself; it was left out.';
    this.options.warnings.add('reasoning_dropped', param, message);
  }
}
