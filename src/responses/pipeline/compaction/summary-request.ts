import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import { inputItems } from '../../translator/request/items/input-items.js';
import { COMPACTION_PROMPT } from './compaction-prompt.js';

/**
 * Makes the request for the summary when the last item is a `compaction_trigger`, and undefined otherwise. Tools and history stay
 * as they are, since they are the prefix that the backend has in its prompt cache.
 */
export function toSummaryRequest(request: CreateResponseBody): CreateResponseBody | undefined {
  const { input } = request;
  if (!Array.isArray(input) || input.at(-1)?.type !== 'compaction_trigger') return undefined;
  return askingForSummary({ ...request, input: input.slice(0, -1) });
}

/** Makes the same request in the middle of a response, whose limit is one for the answer. */
export function inlineSummaryRequest(request: CreateResponseBody): CreateResponseBody {
  const limits = { max_output_tokens: null, max_completion_tokens: null, max_tokens: null };
  return askingForSummary({ ...request, ...limits });
}

function askingForSummary(request: CreateResponseBody): CreateResponseBody {
  const prompt = { type: 'message', role: 'user', content: COMPACTION_PROMPT };
  return {
    ...request,
    input: [...inputItems(request), prompt],
    tool_choice: 'none',
    // A summary is prose, whatever form the client wants its answers in.
    text: null,
    response_format: null,
    include: null,
  };
}
