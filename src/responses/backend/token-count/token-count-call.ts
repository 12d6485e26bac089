import type { ChatMessage } from '../../../contracts/chat/request.js';
import { isRecord, parseJson } from '../../../common/json.js';
import type { BackendReply } from '../wire/backend-http.js';

/** Has a backend count in one way. */
export interface TokenCountCall {
  /** BACKEND_URL names it: the chat completions endpoint. */
  backendUrl: URL;
  /** Sends `body` as JSON. */
  post: (url: URL, body: object) => Promise<BackendReply>;
}

/** Is a number of tokens, with who counted them: a backend that is another instance of this service may have estimated. */
export interface TokenCount {
  tokens: number;
  countedBy: 'backend' | 'estimate';
}

/** Reads a field of a JSON answer. @throws Error when the backend refused, or its answer is no JSON object. */
export function readField({ status, body }: BackendReply, name: string): unknown {
  if (status !== 200) throw new Error(`status ${status}`);
  const answer = parseJson(body.toString('utf8'));
  if (!isRecord(answer)) throw new Error('no JSON object');
  return answer[name];
}

/** Reads a number of tokens. @throws Error when the field is none. */
export function readCount(reply: BackendReply, name: string): number {
  const count = readField(reply, name);
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count;
  throw new Error(`no number in ${name}`);
}

/** Tells whether there are images and files, for which a tokenizer of text sees a mark of some tokens in place of thousands. */
export function holdsMedia(messages: readonly ChatMessage[]): boolean {
  return messages.some(
    ({ content }) => Array.isArray(content) && content.some(({ type }) => type !== 'text'),
  );
}
