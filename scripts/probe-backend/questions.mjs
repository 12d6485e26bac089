const user = (content) => ({ role: 'user', content });
const tool = (more = {}) => ({
  type: 'function',
  function: {
    name: 'look_up',
    description: 'Looks a word up.',
    parameters: {
      type: 'object',
      properties: { word: { type: 'string' } },
      required: ['word'],
      additionalProperties: false,
    },
    ...more,
  },
});
const tools = [tool()];
const call = {
  id: 'abcdefgh1',
  type: 'function',
  function: { name: 'look_up', arguments: '{"word":"a"}' },
};
const round = ({ content = '', name, then = [] } = {}) => ({
  tools,
  messages: [
    user('Look a up.'),
    { role: 'assistant', content, tool_calls: [call] },
    { role: 'tool', tool_call_id: call.id, content: 'a letter', ...(name ? { name } : {}) },
    ...then,
  ],
});
const schemaFormat = {
  type: 'json_schema',
  json_schema: { name: 'answer', schema: tool().function.parameters },
};
const object = (word) => ({ type: 'object', properties: { word } });
const referring = { ...object({ $ref: '#/$defs/word' }), $defs: { word: { type: 'string' } } };
const patterned = object({ type: 'string', pattern: '^\\d+$' });
const choosing = object({ oneOf: [{ const: 'a' }, { type: 'integer' }] });
const withSchema = (parameters) => ({ tools: [tool({ parameters })] });
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PICTURE = 'https://upload.wikimedia.org/wikipedia/commons/7/70/Example.png';
const image = (url) => ({
  messages: [
    user([
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url } },
    ]),
  ],
});

/** The first kind of schema that is refused says which reader it is; the last one takes the least. */
const schemaReaders = [
  ['gemini', withSchema(choosing)],
  ['llamacpp', withSchema(patterned)],
  ['inlined', withSchema(referring)],
];

/** Asks for each field its values, best first, each with the question whose answer says that it can be had; the last needs none. */
const ladders = [
  [
    'developerRole',
    [
      ['developer', { messages: [{ role: 'developer', content: 'Be brief.' }, user('Hi')] }],
      ['system'],
    ],
  ],
  [
    'lateSystem',
    [
      [
        'system',
        {
          messages: [
            user('Hi'),
            { role: 'assistant', content: 'Hi.' },
            { role: 'system', content: 'Be brief.' },
            user('Hi'),
          ],
        },
      ],
      ['user'],
    ],
  ],
  ['mergeUserMessages', [[false, { messages: [user('Hi'), user('Hi again')] }], [true]]],
  ['includeUsage', [[true, { stream: true, stream_options: { include_usage: true } }], [false]]],
  [
    'toolChoice',
    [
      ['named', { tools, tool_choice: { type: 'function', function: { name: 'look_up' } } }],
      ['words', { tools, tool_choice: 'required' }],
      ['auto', { tools, tool_choice: 'auto' }],
      ['none'],
    ],
  ],
  ['parallelToolCalls', [[true, { tools, parallel_tool_calls: false }], [false]]],
  ['strictTools', [['pass', { tools: [tool({ strict: true })] }], ['drop']]],
  [
    'responseFormat',
    [
      ['json_schema', { response_format: schemaFormat }],
      [
        'json_object',
        { response_format: { type: 'json_object' }, messages: [user('Say hi in JSON.')] },
      ],
      ['prompt'],
    ],
  ],
  ['toolMessageName', [[true, round({ name: 'look_up' })], [false]]],
  ['contentBesideCalls', [['null', round({ content: null })], ['empty']]],
  ['assistantAfterTool', [[false, round({ then: [user('And b?')] })], [true]]],
];
const imageLadder = ['images', [['url', image(PICTURE)], ['data', image(PIXEL)], ['none']]];
const efforts = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/**
 * Probes the backend.
 * @returns {Promise<{fields: Record<string, unknown>, untold: string[], remarks: string[]}>} fields of a profile, those of which
 * nothing is known, and what no field says.
 * @throws Error when the plainest question is refused: then the URL, the key or the model is wrong.
 */
export async function probeBackend(ask, { images = false } = {}) {
  const fields = {};
  const untold = [];
  const limit = await limitField(ask);
  fields.maxTokensField = limit;
  for (const [field, rungs] of images ? [...ladders, imageLadder] : ladders) {
    const value = await firstTaken(rungs, (question) => ask(question, limit));
    if (value === undefined) untold.push(field);
    else fields[field] = value;
  }
  // A backend that says yes to json_object after a schema was taken is usual; one that says no knows schemas alone.
  if (fields.responseFormat === 'json_schema') {
    const { taken } = await ask(
      ladders.find(([name]) => name === 'responseFormat')[1][1][1],
      limit,
    );
    if (taken === false) fields.responseFormat = 'json_schema_only';
  }
  fields.schemaDialect = await schemaReaderOf(ask, limit);
  const thoughts = await thoughtsOf(ask, limit, fields.includeUsage === true);
  Object.assign(fields, await effortsOf(ask, limit), thoughts.fields);
  return { fields, untold, remarks: thoughts.remarks };
}

async function limitField(ask) {
  const first = await ask({}, 'max_tokens');
  if (first.taken) return 'max_tokens';
  const second = await ask({}, 'max_completion_tokens');
  if (second.taken) return 'max_completion_tokens';
  throw new Error(
    `The backend refuses the plainest question: ${first.status} ${first.text.slice(0, 300)}`,
  );
}

async function firstTaken(rungs, ask) {
  for (const [value, question] of rungs) {
    if (question === undefined) return value;
    const { taken } = await ask(question);
    if (taken) return value;
    if (taken === undefined) return undefined;
  }
  return undefined;
}

/** Makes of an effort that is refused the next lower one that is taken, else the lowest. */
async function effortsOf(ask, limit) {
  const taken = [];
  for (const effort of efforts) {
    const answer = await ask({ reasoning_effort: effort }, limit);
    if (answer.taken) taken.push(effort);
  }
  if (taken.length === 0) return { effortField: await thinkingSwitchOf(ask, limit) };
  const lower = (at) => efforts.slice(0, at).findLast((effort) => taken.includes(effort));
  const refused = efforts.map((effort, at) => [effort, lower(at) ?? taken[0]]);
  const effortMap = Object.fromEntries(refused.filter(([effort]) => !taken.includes(effort)));
  const forced = await ask(
    { reasoning_effort: taken.at(-1), tools, tool_choice: 'required' },
    limit,
  );
  return {
    effortField: 'reasoning_effort',
    effortMap: { ...effortMap, ultra: taken.at(-1) },
    ...(forced.taken === false ? { thinkingToolChoice: 'auto' } : {}),
  };
}

/** Finds the switch of a backend without efforts. One that takes any field at all says nothing by taking it. */
async function thinkingSwitchOf(ask, limit) {
  const takesAnything = await ask({ no_such_field: true }, limit);
  if (takesAnything.taken !== false) return 'none';
  const switches = [
    ['thinking', { thinking: { type: 'enabled' } }],
    ['enable_thinking', { enable_thinking: true }],
    ['none'],
  ];
  return (await firstTaken(switches, (question) => ask(question, limit))) ?? 'none';
}

async function schemaReaderOf(ask, limit) {
  for (const [reader, question] of schemaReaders) {
    const { taken } = await ask(question, limit);
    if (taken === false) return reader;
  }
  return 'full';
}

/** Finds where the answer's reasoning stands, when there is any, and what its stream looks like. */
async function thoughtsOf(ask, limit, includeUsage) {
  const usage = includeUsage ? { stream_options: { include_usage: true } } : {};
  const messages = [user('What is 17 times 23?')];
  const { text, taken } = await ask({ stream: true, ...usage, messages }, limit);
  if (!taken) return { fields: {}, remarks: [] };
  const field = ['reasoning_content', 'reasoning'].find((name) => text.includes(`"${name}":"`));
  const isStream = text.includes('data:');
  return {
    fields: {
      ...(field === undefined ? {} : { reasoningReplayField: field }),
      ...(text.includes('</think>') && !text.includes('<think>') ? { thinkTags: 'open' } : {}),
    },
    remarks: [
      ...(isStream ? [] : ['stream: the answer came as one JSON body']),
      ...(isStream && !text.includes('[DONE]') ? ['stream: it ends without [DONE]'] : []),
      ...(/"prompt_tokens":\s*\d/.test(text) ? [] : ['usage: the stream tells none']),
    ],
  };
}
