import type {
  ChatContentPart,
  ChatMessage,
  ChatUserMessage,
} from '../../../../contracts/chat/request.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import type { TranslationTrace } from '../context/translation-trace.js';
import { numberCalls } from './chat-call-id.js';
import { emitAssistantTurn } from './emit-assistant-turn.js';
import { lateSystemMessage, leadingSystemMessages } from './merge-system-messages.js';
import { tellAsText } from './tell-as-text.js';
import type { SystemTurn, Turn, UserTurn } from '../context/turn.js';

/** Makes chat messages of the turns, in a form that the dialect's templates accept. */
export function emitChatMessages(
  turns: readonly Turn[],
  dialect: BackendDialect,
  warnings: WarningCollector,
  trace?: TranslationTrace,
): ChatMessage[] {
  const numbered = numberCalls(turns, dialect);
  trace?.copied(turns, numbered);
  const spoken = numbered.filter((turn) => isSpoken(turn, warnings));
  const leading = leadingSystemTurns(spoken);
  const answered = lonelySystemTurn(spoken, dialect);
  if (answered !== undefined) leading.pop();
  const messages: ChatMessage[] = [];
  const heads = leadingSystemMessages(leading, dialect, warnings).map((message) =>
    dialect.systemRole === 'user' ? asUser(message) : message,
  );
  trace?.tellTogether(leading, heads);
  for (const message of heads) append(messages, message, dialect, trace);
  for (const turn of answered === undefined ? spoken.slice(leading.length) : []) {
    const told = tellAsText(emitTurn(turn, dialect, warnings), dialect);
    trace?.tell(turn, told);
    for (const message of told) append(messages, message, dialect, trace);
  }
  if (answered !== undefined) {
    const message: ChatMessage = { role: 'user', content: answered.text };
    trace?.tell(answered, [message]);
    append(messages, message, dialect, trace);
  }
  return messages;
}

/** Strict templates refuse a conversation of nothing but instructions: then the last of them is what the model answers. */
function lonelySystemTurn(
  turns: readonly Turn[],
  { lateSystem }: BackendDialect,
): SystemTurn | undefined {
  const last = turns.at(-1);
  const isLonely = lateSystem === 'user' && turns.every(({ kind }) => kind === 'system');
  return isLonely && last?.kind === 'system' ? last : undefined;
}

/** Some templates have no system role, so the user says it. */
function asUser(message: ChatMessage): ChatMessage {
  const isSystem = message.role === 'system' || message.role === 'developer';
  return isSystem ? { role: 'user', content: message.content } : message;
}

/** Reasoning that no message or call follows belongs to nothing, since chat has no place for it. */
function isSpoken(turn: Turn, warnings: WarningCollector): boolean {
  if (turn.kind !== 'assistant' || turn.texts.length > 0 || turn.calls.length > 0) return true;
  warnings.add(
    'reasoning_dropped',
    turn.reasoning[0]?.param ?? null,
    'Reasoning without an assistant message or call after it was left out.',
  );
  return false;
}

function leadingSystemTurns(turns: readonly Turn[]): SystemTurn[] {
  const leading: SystemTurn[] = [];
  for (const turn of turns) {
    if (turn.kind !== 'system') break;
    leading.push(turn);
  }
  return leading;
}

function emitTurn(turn: Turn, dialect: BackendDialect, warnings: WarningCollector): ChatMessage[] {
  switch (turn.kind) {
    case 'system':
      return [lateSystemMessage(turn, dialect, warnings)];
    case 'user':
      return [userMessage(turn)];
    case 'assistant':
      return emitAssistantTurn(turn, dialect, warnings);
  }
}

/** Text alone and without a mark is sent as a string, which every engine takes; never `[]` or null. */
function userMessage({ parts, name }: UserTurn): ChatUserMessage {
  const texts = parts.map((part) =>
    part.type === 'text' && part.prompt_cache_breakpoint === undefined ? part.text : undefined,
  );
  const content = texts.every((text) => text !== undefined) ? texts.join('\n') : parts;
  return { role: 'user', ...(name === undefined ? {} : { name }), content };
}

/** Mistral answers 400 to a user message directly behind a tool message (mistralai/mistral-vibe#578, April 2026). */
const BETWEEN_TOOL_AND_USER = 'I have the results of the tools.';

function append(
  messages: ChatMessage[],
  message: ChatMessage,
  dialect: BackendDialect,
  trace: TranslationTrace | undefined,
): void {
  const last = messages.at(-1);
  if (dialect.assistantAfterTool && message.role === 'user' && last?.role === 'tool') {
    messages.push({ role: 'assistant', content: BETWEEN_TOOL_AND_USER }, message);
    return;
  }
  if (dialect.mergeUserMessages && message.role === 'user' && last?.role === 'user') {
    const merged = mergeUserMessages(last, message);
    trace?.join(last, message, merged);
    messages[messages.length - 1] = merged;
  } else {
    messages.push(message);
  }
}

function mergeUserMessages(first: ChatUserMessage, second: ChatUserMessage): ChatUserMessage {
  const name = first.name === second.name ? first.name : undefined;
  const content =
    typeof first.content === 'string' && typeof second.content === 'string'
      ? `${first.content}\n\n${second.content}`
      : [...asParts(first.content), ...asParts(second.content)];
  return { role: 'user', ...(name === undefined ? {} : { name }), content };
}

function asParts(content: string | ChatContentPart[]): ChatContentPart[] {
  if (typeof content !== 'string') return content;
  return content === '' ? [] : [{ type: 'text', text: content }];
}
