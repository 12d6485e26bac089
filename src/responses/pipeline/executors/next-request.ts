import type { OutputItem } from '../../../contracts/responses/items.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { ToolChoice } from '../../../contracts/responses/tools.js';
import { inputItems } from '../../translator/request/items/input-items.js';
import type { ToolLoop } from './tool-loop.js';

/**
 * The request of the next answer: the items of the answers before it are its input, as they will be in the conversation's
 * next request, so that the backend's prompt cache holds.
 * @param spentTokens of output, by the answers before it.
 */
export function nextRequest(
  request: CreateResponseBody,
  done: readonly OutputItem[],
  spentTokens: number,
  { hasBegun, isExhausted, callsLeft }: Pick<ToolLoop, 'hasBegun' | 'isExhausted' | 'callsLeft'>,
): CreateResponseBody {
  const { input, tool_choice: choice, max_output_tokens: most } = request;
  return {
    ...request,
    ...(done.length === 0
      ? {}
      : { input: [...inputItems({ input }), ...(done as readonly object[])] }),
    ...(hasBegun ? { tool_choice: isExhausted ? 'none' : relaxed(choice) } : {}),
    ...(most == null ? {} : { max_output_tokens: Math.max(1, most - spentTokens) }),
    ...(callsLeft === undefined ? {} : { max_tool_calls: callsLeft }),
  } as CreateResponseBody;
}

/** A call that was asked for was made; demanded of each answer it would never end. */
function relaxed(choice: ToolChoice | null | undefined): ToolChoice | null | undefined {
  if (choice === null || choice === undefined || choice === 'none') return choice;
  if (typeof choice === 'string' || choice.type !== 'allowed_tools') return 'auto';
  const nested = 'allowed_tools' in choice ? (choice.allowed_tools as object) : undefined;
  return nested === undefined
    ? { ...choice, mode: 'auto' }
    : { ...choice, allowed_tools: { ...nested, mode: 'auto' } };
}
