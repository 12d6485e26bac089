import process from 'node:process';

/**
 * The backend says these words, and the load tells that they arrived whole. The model's name is the script: `chunks-<n>` answers
 * with n text chunks at once, `slow-<n>-<ms>` with n chunks, one every so many milliseconds, and `trickle-<n>-<ms>` too, but its
 * chunks tell when they were sent.
 */
const words =
  'The quick brown fox \njumps over the lazy dog, and "then" it runs away: 42 times – again. '.match(
    /\S+\s*/g,
  );

export function tokenAt(index) {
  return words[index % words.length];
}

export function textOf(count) {
  let text = '';
  for (let index = 0; index < count; index++) text += tokenAt(index);
  return text;
}

const head = `"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1760000000,"model":"bench"`;
const usage = `"usage":{"prompt_tokens":12,"completion_tokens":34,"total_tokens":46}`;

export function chunkFrame(index) {
  const delta = JSON.stringify({ content: tokenAt(index) });
  return `data: {${head},"choices":[{"index":0,"delta":${delta},"finish_reason":null}]}\n\n`;
}

/** Makes a chunk whose text is the time at which it was sent: microseconds of the machine's monotonic clock, 16 digits. */
export function stampedFrame() {
  const stamp = String(process.hrtime.bigint() / 1000n).padStart(stampLength, '0');
  return `data: {${head},"choices":[{"index":0,"delta":{"content":"${stamp}"},"finish_reason":null}]}\n\n`;
}

const stampLength = 16;
const stampMarks = { chat: '"content":"', response: '"delta":"' };

/** Reads the milliseconds that each stamped chunk of a body needed to get here. Bytes that end in the middle of one lose it. */
export function delaysIn(bytes, kind) {
  const now = Number(process.hrtime.bigint() / 1000n);
  const mark = stampMarks[kind];
  const delays = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at)) {
    at += mark.length;
    const stamp = bytes.toString('latin1', at, at + stampLength);
    if (stamp.length === stampLength) delays.push((now - Number(stamp)) / 1000);
  }
  return delays;
}

/** Counts how many stamped chunks a whole answer holds; throws when it has no end. */
export function stampedChunksOf(text, kind) {
  if (!text.endsWith('data: [DONE]\n\n')) throw new Error('The stream has no [DONE].');
  if (kind === 'response' && !text.includes('event: response.completed\n'))
    throw new Error('The stream has no response.completed.');
  return text.split(stampMarks[kind]).length - 1;
}

export const lastFrames =
  `data: {${head},"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n` +
  `data: {${head},"choices":[],${usage}}\n\ndata: [DONE]\n\n`;

/** Makes the same answer as a backend that speaks Responses streams it. */
export function responsesStream(count) {
  const place = { item_id: 'msg_bench', output_index: 0, content_index: 0 };
  const part = (text) => ({ type: 'output_text', text, annotations: [], logprobs: [] });
  const item = (status, content) => ({
    ...{ id: place.item_id, type: 'message', role: 'assistant', status, content },
  });
  const response = (status, output) => ({
    ...{ id: 'resp_bench', object: 'response', created_at: 1760000000, model: 'bench' },
    ...{ status, output },
  });
  const text = textOf(count);
  const output = [item('completed', [part(text)])];
  const usage = { input_tokens: 12, output_tokens: 34, total_tokens: 46 };
  const deltas = Array.from({ length: count }, (_, index) => [
    'response.output_text.delta',
    { ...place, delta: tokenAt(index), logprobs: [] },
  ]);
  const events = [
    ['response.created', { response: response('in_progress', []) }],
    ['response.output_item.added', { output_index: 0, item: item('in_progress', []) }],
    ['response.content_part.added', { ...place, part: part('') }],
    ...deltas,
    ['response.output_text.done', { ...place, text, logprobs: [] }],
    ['response.content_part.done', { ...place, part: part(text) }],
    ['response.output_item.done', { output_index: 0, item: output[0] }],
    ['response.completed', { response: { ...response('completed', output), usage } }],
  ];
  return events
    .map(([type, fields], sequence_number) => {
      const data = JSON.stringify({ type, sequence_number, ...fields });
      return `event: ${type}\ndata: ${data}\n\n`;
    })
    .join('');
}

export function wholeAnswer(count) {
  const message = JSON.stringify({ role: 'assistant', content: textOf(count) });
  return `{${head},"choices":[{"index":0,"message":${message},"finish_reason":"stop"}],${usage}}`;
}

/** Measures all deltas as JSON writes them, without the quotes. */
function escapedLength(count) {
  let length = 0;
  for (let index = 0; index < count; index++) length += JSON.stringify(tokenAt(index)).length - 2;
  return length;
}

/** Sums the texts behind every `mark` up to the closing quote. It is cheap, since the load generator shares the machine. */
function sumTexts(body, mark) {
  let sum = 0;
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at)) {
    at += mark.length;
    let end = body.indexOf('"', at);
    while (body[end - 1] === '\\') end = body.indexOf('"', end + 1);
    sum += end - at;
  }
  return sum;
}

function checkDeltas(body, mark, count) {
  const sum = sumTexts(body, mark);
  if (sum !== escapedLength(count)) throw new Error(`Deltas of ${sum} characters.`);
}

/** Each checker throws when the answer to a script of `count` chunks is not whole. */
export const checkers = {
  chatStream: (count) => (body) => {
    if (!body.endsWith('data: [DONE]\n\n')) throw new Error('The chat stream has no end.');
    checkDeltas(body, '"content":"', count);
  },
  chatJson: (count) => (body) => {
    const { content } = JSON.parse(body).choices[0].message;
    if (content.length !== textOf(count).length) throw new Error('The chat answer is not whole.');
  },
  responseStream: (count) => (body) => {
    if (!body.endsWith('data: [DONE]\n\n')) throw new Error('The stream has no [DONE].');
    const start = body.lastIndexOf('event: response.completed\ndata: ');
    if (start < 0) throw new Error('The stream has no response.completed.');
    const data = body.slice(body.indexOf('{', start), body.indexOf('\n\n', start));
    checkResponse(JSON.parse(data).response, count);
    checkDeltas(body, '"delta":"', count);
  },
  responseJson: (count) => (body) => {
    checkResponse(JSON.parse(body), count);
  },
};

function checkResponse(response, count) {
  if (response.status !== 'completed') throw new Error(`The response is ${response.status}.`);
  const message = response.output.find((item) => item.type === 'message');
  if (message?.content[0].text !== textOf(count)) throw new Error('The text is not whole.');
}
