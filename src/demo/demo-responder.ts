import { isRecord, type JsonRecord } from '../common/json.js';
import { ChatChunks, type ChatUsage } from './chat-chunks.js';
import { demoAnswer, type DemoAnswer } from './demo-answer.js';
import type { ReceivedRequest, Responder, Script, ScriptStep } from './scripted-chat-server.js';

/** Each piece of the answer counts as a token. */
type Piece =
  | { kind: 'reasoning' | 'text'; text: string }
  | { kind: 'call'; index: number; id: string; name: string }
  | { kind: 'arguments'; index: number; text: string };

const models = [
  { id: 'demo', price: { input: { usd: 0 }, output: { usd: 0 } } },
  { id: 'demo/Demo-Reasoner', price: { input: { usd: 0 }, output: { usd: 0 } } },
].map((model) => ({ ...model, object: 'model', created: 1_700_000_000, owned_by: 'demo' }));

/** Answers for the demo backend with a stream of tokens, one each `tokenMs`; 0 sends them all at once. */
export function demoResponder(tokenMs: number): Responder {
  return (request) => {
    const path = request.path.split('?')[0] ?? '';
    if (request.method === 'GET') return modelsScript(path);
    if (path !== '/v1/chat/completions') return refusal(404, `There is no ${path} here.`);
    if (!isRecord(request.body)) return refusal(400, 'The body is no JSON object.');
    return chatScript(request.body, request, tokenMs);
  };
}

function chatScript(body: JsonRecord, { rawBody }: ReceivedRequest, tokenMs: number): Script {
  const model = typeof body.model === 'string' ? body.model : 'demo';
  if (!Array.isArray(body.messages)) return refusal(400, 'messages is missing.');
  const answer = demoAnswer(body);
  const all = pieces(answer);
  const limit = Number(body.max_tokens ?? body.max_completion_tokens ?? Infinity);
  const sent = all.slice(0, limit);
  const complete = answer.calls.length > 0 ? 'tool_calls' : 'stop';
  const finish = sent.length < all.length ? 'length' : complete;
  const usage = usageOf(rawBody.length, sent);
  if (body.stream !== true) return wholeAnswer(model, sent, finish, usage);
  const wantsUsage = isRecord(body.stream_options) && body.stream_options.include_usage === true;
  return { steps: streamSteps(model, sent, finish, wantsUsage ? usage : undefined, tokenMs) };
}

function* streamSteps(
  model: string,
  sent: readonly Piece[],
  finish: string,
  usage: ChatUsage | undefined,
  tokenMs: number,
): Generator<ScriptStep> {
  const chunks = new ChatChunks(model);
  yield { data: chunks.role() };
  for (const piece of sent) {
    if (tokenMs > 0) yield { waitMs: tokenMs };
    yield { data: chunkOf(piece, chunks) };
  }
  yield { data: chunks.finish(finish) };
  if (usage !== undefined) yield { data: chunks.usage(usage) };
  yield { write: 'data: [DONE]\n\n' };
}

function chunkOf(piece: Piece, chunks: ChatChunks): unknown {
  switch (piece.kind) {
    case 'reasoning':
      return chunks.reasoning(piece.text);
    case 'text':
      return chunks.text(piece.text);
    case 'call':
      return chunks.callStart(piece.index, piece);
    case 'arguments':
      return chunks.callArguments(piece.index, piece.text);
  }
}

function pieces({ reasoning, text, calls }: DemoAnswer): Piece[] {
  return [
    ...tokens(reasoning).map((token): Piece => ({ kind: 'reasoning', text: token })),
    ...tokens(text).map((token): Piece => ({ kind: 'text', text: token })),
    ...calls.flatMap(({ id, name, arguments: json }, index): Piece[] => [
      { kind: 'call', index, id, name },
      ...tokens(json).map((token): Piece => ({ kind: 'arguments', index, text: token })),
    ]),
  ];
}

function tokens(text: string): string[] {
  return text.match(/(?<!\s)\s*\S{1,12}/gu) ?? [];
}

function wholeAnswer(
  model: string,
  sent: readonly Piece[],
  finishReason: string,
  usage: ChatUsage,
): Script {
  const join = (kind: 'reasoning' | 'text') =>
    sent.map((piece) => (piece.kind === kind ? piece.text : '')).join('');
  const calls = sent.flatMap((piece) => (piece.kind === 'call' ? [piece] : []));
  const argumentsOf = (index: number) =>
    sent.map((p) => (p.kind === 'arguments' && p.index === index ? p.text : '')).join('');
  const toolCalls = calls.map(({ id, name, index }) => ({
    id,
    type: 'function',
    function: { name, arguments: argumentsOf(index) },
  }));
  const message = {
    role: 'assistant',
    content: join('text'),
    reasoning_content: join('reasoning'),
    ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}),
  };
  return json(200, {
    id: 'chatcmpl-demo',
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, message, finish_reason: finishReason }],
    usage,
  });
}

/** Four bytes are about a token. */
function usageOf(promptBytes: number, sent: readonly Piece[]): ChatUsage {
  const promptTokens = Math.ceil(promptBytes / 4);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: sent.length,
    total_tokens: promptTokens + sent.length,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: sent.filter(({ kind }) => kind === 'reasoning').length,
    },
  };
}

function modelsScript(path: string): Script {
  if (path === '/v1/models') return json(200, { object: 'list', data: models });
  const id = decodeURIComponent(path.replace(/^\/v1\/models\//, ''));
  const model = models.find((candidate) => candidate.id === id);
  return model === undefined ? refusal(404, `The model '${id}' does not exist.`) : json(200, model);
}

function refusal(status: number, message: string): Script {
  const error = { message, type: 'invalid_request_error', param: null, code: null };
  return json(status, { error });
}

function json(status: number, body: unknown): Script {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, steps: [{ write: JSON.stringify(body) }] };
}
