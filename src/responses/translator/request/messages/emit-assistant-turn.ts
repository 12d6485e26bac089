import type {
  ChatAssistantMessage,
  ChatContentPart,
  ChatMessage,
  ChatToolCall,
  ChatToolMessage,
  ChatUserMessage,
} from '../../../../contracts/chat/request.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import { vendorOf } from '../../thought.js';
import { chatCallId } from './chat-call-id.js';
import { replayReasoning } from './replay-reasoning.js';
import { takesCustomTools } from '../tools/custom-tools.js';
import type { AssistantTurn, ToolCall } from '../context/turn.js';

/**
 * Kimi, Mistral and Anthropic refuse an assistant message that says nothing (MoonshotAI/kimi-code#1985, July 2026); if it were
 * left out, two user turns would meet.
 */
const NO_ANSWER = '(no answer)';
export const NO_OUTPUT = 'No output was recorded for this call.';
const STILL_RUNNING = 'This call is still running; its output is not there yet.';
/**
 * Gemini 3 refuses a turn whose first call lacks the signature of its thought. Where it is lost, Google's own stand-in goes out: it
 * stands for "made elsewhere", and is always taken
 * (ai.google.dev/gemini-api/docs/thought-signatures; vercel/ai#15560, May 2026).
 */
const SIGNATURE_STAND_IN = {
  extra_content: { google: { thought_signature: 'skip_thought_signature_validator' } },
};
const ATTACHED = 'The output is attached to the next user message.';

/** Makes the assistant message, one tool message per call in call order, and then what tool messages cannot hold. */
export function emitAssistantTurn(
  turn: AssistantTurn,
  dialect: BackendDialect,
  warnings: WarningCollector,
): ChatMessage[] {
  if (dialect.oneCallPerTurn && turn.calls.length > 1) {
    return oneByOne(turn).flatMap((single) => emitAssistantTurn(single, dialect, warnings));
  }
  return [
    assistantMessage(turn, dialect, warnings),
    ...turn.calls.map((call) => toolMessage(call, dialect, warnings)),
    ...attachments(turn, dialect),
  ];
}

/** Makes one turn of each call; the text and the thought belong to the first. */
function oneByOne(turn: AssistantTurn): AssistantTurn[] {
  return turn.calls.map((call, index) =>
    index === 0
      ? { ...turn, calls: [call] }
      : { kind: 'assistant', texts: [], reasoning: [], calls: [call] },
  );
}

function assistantMessage(
  turn: AssistantTurn,
  dialect: BackendDialect,
  warnings: WarningCollector,
): ChatAssistantMessage {
  const { tags, field, details } = replayReasoning(turn, dialect, warnings);
  return {
    role: 'assistant',
    content: assistantContent(turn, tags, dialect),
    ...field,
    ...details,
    ...(turn.calls.length === 0
      ? {}
      : {
          tool_calls: turn.calls.map((call, index) => ({
            ...chatCall(call, dialect),
            ...signatureOf(turn, index, dialect),
          })),
        }),
  };
}

function chatCall(call: ToolCall, dialect: BackendDialect): ChatToolCall {
  const { name, input } = call;
  const id = chatCallId(call.id, dialect);
  if (input !== undefined && takesCustomTools(dialect)) {
    return { id, type: 'custom', custom: { name, input } };
  }
  return { id, type: 'function', function: { name, arguments: call.arguments } };
}

/** Gives the signature that Gemini gave, where it is remembered or came back, and its stand-in on the first call otherwise. */
function signatureOf(turn: AssistantTurn, index: number, dialect: BackendDialect): object {
  if (!dialect.thoughtSignatures) return {};
  const { id, thought } = turn.calls[index] ?? {};
  const remembered = thought?.vendor === vendorOf(dialect) ? thought.extraContent : undefined;
  const given = turn.reasoning.flatMap(({ calls }) => calls ?? []);
  const own = remembered ?? given.find(({ callId }) => callId === id)?.extraContent;
  if (own !== undefined) return { extra_content: own };
  return index === 0 ? SIGNATURE_STAND_IN : {};
}

/** Only beside calls may the text be missing: templates and engines refuse an assistant message that has neither. */
function assistantContent(
  turn: AssistantTurn,
  tags: string | undefined,
  { contentBesideCalls }: BackendDialect,
): string | null {
  const text = turn.texts.filter((part) => part !== '').join('\n\n');
  const onlyCalls = text === '' && turn.calls.length > 0;
  if (tags !== undefined) return onlyCalls ? tags : `${tags}\n${text}`;
  if (onlyCalls) return contentBesideCalls === 'null' ? null : '';
  return text === '' ? NO_ANSWER : text;
}

/** A call without an output would make most backends refuse the whole conversation, for ever. */
function toolMessage(
  call: ToolCall,
  dialect: BackendDialect,
  warnings: WarningCollector,
): ChatToolMessage {
  if (call.output === undefined && call.isRunning !== true) {
    warnings.add(
      'tool_output_filled',
      call.param,
      `Call '${call.id}' has no output; a placeholder was sent.`,
    );
  }
  const { text, attachments: attached } = call.output ?? {
    text: call.isRunning === true ? STILL_RUNNING : NO_OUTPUT,
    attachments: [],
  };
  return {
    role: 'tool',
    tool_call_id: chatCallId(call.id, dialect),
    ...(dialect.toolMessageName ? { name: call.name } : {}),
    content: text === '' && attached.length > 0 ? ATTACHED : text,
  };
}

function attachments(turn: AssistantTurn, dialect: BackendDialect): ChatUserMessage[] {
  const parts = turn.calls.flatMap((call): ChatContentPart[] => {
    const attached = call.output?.attachments ?? [];
    if (attached.length === 0) return [];
    return [{ type: 'text', text: `Output of ${chatCallId(call.id, dialect)}:` }, ...attached];
  });
  return parts.length === 0 ? [] : [{ role: 'user', content: parts }];
}
