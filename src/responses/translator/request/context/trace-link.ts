/**
 * Says that a part of a Responses request became a part of the request to the backend. Both are paths: `input[3]`, or `history[0]` for
 * what is not in the request, and `messages[2].tool_calls[0]`, or `input[5]` where the backend speaks Responses. `rule` says what it was
 * read as: the type of the item or tool, or `setting`.
 */
export interface TraceLink {
  from: string;
  to: string;
  rule: string;
}
