import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import { COMPACTION_PROMPT } from './compaction-prompt.js';

/**
 * Makes the request for the summary when the last item is a `compaction_trigger`, and undefined otherwise. Tools and history stay
 * as they are, since they are the prefix that the backend has in its prompt cache.
 */
export function toSummaryRequest(request: CreateResponseBody): CreateResponseBody | undefined {
  const { input } = request;
  if (!Array.isArray(input) || input.at(-1)?.type !== 'compaction_trigger') return undefined;
  const prompt = { type: 'message', role: 'user', content: COMPACTION_PROMPT };
  return {
    ...request,
    input: [...input.slice(0, -1), prompt],
    tool_choice: 'none',
    // A summary is prose, whatever form the client wants its answers in.
    text: null,
    response_format: null,
    include: null,
  };
}
