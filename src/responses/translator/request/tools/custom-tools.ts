import type { ChatCustomTool } from '../../../../contracts/chat/request.js';
import type { BackendDialect } from '../../dialect/dialect.js';

/** Maps the chat names of tools to what is sent in place of their functions. */
export type CustomTools = ReadonlyMap<string, ChatCustomTool>;

/** Tells whether the backend has `custom` tools of its own. What is told as text is told as functions. */
export function takesCustomTools({ customTools, toolTelling }: BackendDialect): boolean {
  return customTools === 'native' && toolTelling === 'native';
}
