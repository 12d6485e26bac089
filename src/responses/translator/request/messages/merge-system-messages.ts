import type { ChatMessage, ChatSystemMessage } from '../../../../contracts/chat/request.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';
import type { SystemTurn } from '../context/turn.js';

/**
 * Makes the system messages at the head. Strict templates take one, and only as the first message ("System message must be at the
 * beginning": ai-dynamo/dynamo#10206), so by dialect they are joined.
 */
export function leadingSystemMessages(
  turns: readonly SystemTurn[],
  dialect: BackendDialect,
  warnings: WarningCollector,
): ChatSystemMessage[] {
  const [first, second] = turns;
  if (dialect.leadingSystem === 'separate' || first === undefined || second === undefined) {
    return turns.map((turn) => systemMessage(turn, dialect));
  }
  warnings.add(
    'system_messages_merged',
    second.param,
    `${turns.length} system and developer messages were joined into one.`,
  );
  const allDeveloper = turns.every((turn) => turn.role === 'developer');
  return [
    {
      role: allDeveloper ? dialect.developerRole : 'system',
      content: turns.map((turn) => turn.text).join('\n\n'),
    },
  ];
}

/**
 * Makes a system message after the first turn. It stays in its place: moved to the head, it would rewrite every cached prefix.
 */
export function lateSystemMessage(
  turn: SystemTurn,
  dialect: BackendDialect,
  warnings: WarningCollector,
): ChatMessage {
  if (dialect.lateSystem === 'system') return systemMessage(turn, dialect);
  warnings.add(
    'late_system_message_mapped',
    turn.param,
    'A system message after the first turn was sent as a marked user message.',
  );
  return { role: 'user', content: `<system_message>\n${turn.text}\n</system_message>` };
}

function systemMessage(turn: SystemTurn, dialect: BackendDialect): ChatSystemMessage {
  return {
    role: turn.role === 'developer' ? dialect.developerRole : 'system',
    content: turn.parts ?? turn.text,
  };
}
