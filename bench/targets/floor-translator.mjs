import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { StringDecoder } from 'node:string_decoder';
import { URL } from 'node:url';
import { Pool } from 'undici';

/**
 * A translator in JavaScript was found to cost at least this: node:http towards the client, undici.dispatch towards the backend,
 * templates in place of objects, one write for each read of the socket. It has no framework, no validation, no errors, no log, no
 * store. It knows text and plain functions only, but what it sends for them is a whole and correct Responses stream. With `whole`
 * as its second argument it asks the backend to stream only when its client does.
 */
const backend = new URL(process.argv[2]);
const asksForWhole = process.argv[3] === 'whole';
const pool = new Pool(backend.origin, { connections: 8192, bodyTimeout: 0, headersTimeout: 0 });
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

/** Calls `take` with every chunk that is complete. */
function chunkReader(take) {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith('data: {')) take(JSON.parse(line.slice(6)));
    }
  };
}

/** Makes frames of the backend's text, with one write per read of the backend's socket. */
class StreamTranslation {
  constructor(request, reply) {
    const response = toResponse(request, newId('resp'));
    const item_id = newId('msg');
    const place = { item_id, output_index: 0, content_index: 0 };
    const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
    const item = message(item_id, 'in_progress', []);
    Object.assign(this, { reply, response, place, part, text: '', number: 4, scheduled: false });
    this.deltaHead =
      `event: response.output_text.delta\ndata: {"type":"response.output_text.delta",` +
      `"item_id":"${item_id}","output_index":0,"content_index":0,"logprobs":[],"delta":`;
    this.frames =
      frame({ type: 'response.created', sequence_number: 0, response }) +
      frame({ type: 'response.in_progress', sequence_number: 1, response }) +
      frame({ type: 'response.output_item.added', sequence_number: 2, output_index: 0, item }) +
      frame({ type: 'response.content_part.added', sequence_number: 3, ...place, part });
    this.read = chunkReader((chunk) => this.take(chunk));
    reply.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  }

  take(chunk) {
    this.usage = chunk.usage ?? this.usage;
    const content = chunk.choices[0]?.delta.content;
    if (!content) return;
    this.text += content;
    this.frames += `${this.deltaHead}${JSON.stringify(content)},"sequence_number":${this.number++}}\n\n`;
  }

  /** undici may cut one read of the socket into several chunks of the body. */
  push(text, controller) {
    this.read(text);
    if (this.scheduled) return;
    this.scheduled = true;
    process.nextTick(() => this.flush(controller));
  }

  flush(controller) {
    this.scheduled = false;
    const { reply, frames } = this;
    if (frames === '' || reply.destroyed) return;
    this.frames = '';
    if (reply.write(frames)) return;
    controller.pause();
    reply.once('drain', () => controller.resume());
  }

  end() {
    const { place, text, usage, response } = this;
    const part = { ...this.part, text };
    const item = message(place.item_id, 'completed', [part]);
    const sent = (event) => frame({ ...event, sequence_number: this.number++ });
    const last =
      sent({ type: 'response.output_text.done', ...place, text, logprobs: [] }) +
      sent({ type: 'response.content_part.done', ...place, part }) +
      sent({ type: 'response.output_item.done', output_index: 0, item }) +
      sent({ type: 'response.completed', response: finished(response, item, usage) });
    this.reply.end(`${this.frames}${last}data: [DONE]\n\n`);
    this.frames = '';
  }
}

function sendWhole(request, text, usage, reply) {
  const item = message(newId('msg'), 'completed', [
    { type: 'output_text', text, annotations: [], logprobs: [] },
  ]);
  const json = JSON.stringify(finished(toResponse(request, newId('resp')), item, usage));
  const length = Buffer.byteLength(json);
  reply.writeHead(200, { 'content-type': 'application/json', 'content-length': length }).end(json);
}

class StreamCollection {
  text = '';

  constructor(request, reply) {
    Object.assign(this, { request, reply });
    this.push = chunkReader((chunk) => {
      this.usage = chunk.usage ?? this.usage;
      this.text += chunk.choices[0]?.delta.content ?? '';
    });
  }

  end() {
    sendWhole(this.request, this.text, this.usage, this.reply);
  }
}

class WholeTranslation {
  body = '';

  constructor(request, reply) {
    Object.assign(this, { request, reply });
  }

  push(text) {
    this.body += text;
  }

  end() {
    const chat = JSON.parse(this.body);
    sendWhole(this.request, chat.choices[0].message.content, chat.usage, this.reply);
  }
}

const JsonTranslation = asksForWhole ? WholeTranslation : StreamCollection;

/** Handles one call for undici. */
class Call {
  decoder = new StringDecoder('utf8');

  constructor(request, reply) {
    Object.assign(this, { request, reply });
    reply.on('close', () => this.controller?.abort(new Error('The client has left.')));
  }

  onRequestStart(controller) {
    this.controller = controller;
  }

  onResponseStart() {
    const { request, reply } = this;
    this.answer = new (request.stream ? StreamTranslation : JsonTranslation)(request, reply);
  }

  onResponseData(controller, bytes) {
    this.answer.push(this.decoder.write(bytes), controller);
  }

  onResponseEnd() {
    this.controller = undefined;
    this.answer.end();
  }

  onResponseError() {
    this.reply.destroy();
  }
}

const server = createServer({ noDelay: true }, (incoming, reply) => {
  const parts = [];
  incoming.on('data', (part) => parts.push(part));
  incoming.on('end', () => {
    const request = JSON.parse(Buffer.concat(parts).toString('utf8'));
    const headers = {
      'content-type': 'application/json',
      authorization: incoming.headers.authorization,
    };
    const body = JSON.stringify(toChat(request));
    const options = { path: backend.pathname, method: 'POST', headers, body };
    pool.dispatch(options, new Call(request, reply));
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', 4096, () => {
  process.stdout.write(`{"url":"http://127.0.0.1:${server.address().port}/v1/responses"}\n`);
});
process.once('SIGTERM', () => process.exit(0));
