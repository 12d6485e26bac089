import { Buffer } from 'node:buffer';
import { Agent, createServer, request as call } from 'node:http';
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { URL } from 'node:url';

/**
 * The least that a translator in JavaScript can cost: node:http on both sides, no framework, no validation, no errors,
 * no log. It knows text and plain functions only, but what it sends for them is a whole and correct Responses stream.
 * Like the service it always asks its backend to stream, unless its second argument is `whole`.
 */
const backend = new URL(process.argv[2]);
const asksForWhole = process.argv[3] === 'whole';
const agent = new Agent({ keepAlive: true, maxSockets: 4096 });
const newId = (prefix) => `${prefix}_${randomBytes(24).toString('hex')}`;
const seconds = () => Math.floor(Date.now() / 1000);

function toMessages({ instructions, input }) {
  const messages = instructions ? [{ role: 'system', content: instructions }] : [];
  if (typeof input === 'string') return [...messages, { role: 'user', content: input }];
  for (const item of input) {
    if (item.type === 'message') {
      const content = item.content.map((part) => part.text).join('\n');
      messages.push({ role: item.role === 'developer' ? 'system' : item.role, content });
    } else if (item.type === 'function_call') {
      const { name, arguments: args } = item;
      const call = { id: item.call_id, type: 'function', function: { name, arguments: args } };
      messages.push({ role: 'assistant', content: null, tool_calls: [call] });
    } else if (item.type === 'function_call_output') {
      messages.push({ role: 'tool', tool_call_id: item.call_id, content: item.output });
    }
  }
  return messages;
}

function toChat(request) {
  const { model, tools } = request;
  const stream = request.stream || !asksForWhole;
  const chat = { model, messages: toMessages(request), stream };
  if (stream) chat.stream_options = { include_usage: true };
  if (tools) {
    chat.tools = tools.map(({ type, ...definition }) => ({ type, function: definition }));
  }
  return chat;
}

function toResponse(request, id) {
  return {
    id,
    object: 'response',
    created_at: seconds(),
    completed_at: null,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: null,
    max_tool_calls: null,
    model: request.model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: null,
    store: false,
    temperature: 1,
    top_p: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    top_logprobs: 0,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: request.tools ?? [],
    truncation: 'disabled',
    usage: null,
    safety_identifier: null,
    prompt_cache_key: null,
    service_tier: 'default',
    metadata: {},
  };
}

function finished(response, item, usage) {
  return {
    ...response,
    status: 'completed',
    completed_at: seconds(),
    output: [item],
    usage: {
      input_tokens: usage.prompt_tokens,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: usage.completion_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.total_tokens,
    },
  };
}

function message(id, status, content) {
  return { type: 'message', id, status, role: 'assistant', content };
}

function frame(event) {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Calls back with every chunk, and after every read. */
function readChunks(answer, take, afterRead) {
  let rest = '';
  answer.setEncoding('utf8');
  answer.on('data', (data) => {
    const lines = (rest + data).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith('data: {')) take(JSON.parse(line.slice(6)));
    }
    afterRead?.();
  });
}

/** Backend lines -> frames; one write per read. */
function translateStream(request, answer, reply) {
  const response = toResponse(request, newId('resp'));
  const item_id = newId('msg');
  const place = { item_id, output_index: 0, content_index: 0 };
  const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
  const deltaHead =
    `event: response.output_text.delta\ndata: {"type":"response.output_text.delta",` +
    `"item_id":"${item_id}","output_index":0,"content_index":0,"logprobs":[],"delta":`;
  let number = 4;
  let text = '';
  let usage;
  let frames =
    frame({ type: 'response.created', sequence_number: 0, response }) +
    frame({ type: 'response.in_progress', sequence_number: 1, response }) +
    frame({
      type: 'response.output_item.added',
      sequence_number: 2,
      output_index: 0,
      item: message(item_id, 'in_progress', []),
    }) +
    frame({ type: 'response.content_part.added', sequence_number: 3, ...place, part });

  reply.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const take = (chunk) => {
    usage = chunk.usage ?? usage;
    const content = chunk.choices[0]?.delta.content;
    if (!content) return;
    text += content;
    frames += `${deltaHead}${JSON.stringify(content)},"sequence_number":${number++}}\n\n`;
  };
  readChunks(answer, take, () => {
    if (!reply.write(frames)) answer.pause();
    frames = '';
  });
  reply.on('drain', () => answer.resume());
  answer.on('end', () => {
    const whole = { ...part, text };
    const item = message(item_id, 'completed', [whole]);
    const end = { type: 'response.output_text.done', ...place, text, logprobs: [] };
    reply.end(
      frame({ ...end, sequence_number: number++ }) +
        frame({
          type: 'response.content_part.done',
          sequence_number: number++,
          ...place,
          part: whole,
        }) +
        frame({
          type: 'response.output_item.done',
          sequence_number: number++,
          output_index: 0,
          item,
        }) +
        frame({
          type: 'response.completed',
          sequence_number: number,
          response: finished(response, item, usage),
        }) +
        'data: [DONE]\n\n',
    );
  });
}

function sendWhole(request, text, usage, reply) {
  const item = message(newId('msg'), 'completed', [
    { type: 'output_text', text, annotations: [], logprobs: [] },
  ]);
  const response = finished(toResponse(request, newId('resp')), item, usage);
  reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(response));
}

function collectStream(request, answer, reply) {
  let text = '';
  let usage;
  readChunks(answer, (chunk) => {
    usage = chunk.usage ?? usage;
    text += chunk.choices[0]?.delta.content ?? '';
  });
  answer.on('end', () => sendWhole(request, text, usage, reply));
}

function translateWhole(request, answer, reply) {
  let body = '';
  answer.setEncoding('utf8');
  answer.on('data', (data) => {
    body += data;
  });
  answer.on('end', () => {
    const chat = JSON.parse(body);
    sendWhole(request, chat.choices[0].message.content, chat.usage, reply);
  });
}

const translateToJson = asksForWhole ? translateWhole : collectStream;

const server = createServer((incoming, reply) => {
  const parts = [];
  incoming.on('data', (part) => parts.push(part));
  incoming.on('end', () => {
    const request = JSON.parse(Buffer.concat(parts).toString('utf8'));
    const body = JSON.stringify(toChat(request));
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: incoming.headers.authorization,
    };
    const forward = call(backend, { method: 'POST', agent, headers }, (answer) => {
      (request.stream ? translateStream : translateToJson)(request, answer, reply);
    });
    forward.on('error', () => reply.destroy());
    reply.on('close', () => forward.destroy());
    forward.end(body);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', 4096, () => {
  process.stdout.write(`{"url":"http://127.0.0.1:${server.address().port}/v1/responses"}\n`);
});
process.once('SIGTERM', () => process.exit(0));
