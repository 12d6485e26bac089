/** The load sends these bodies. `chat` is what the same request is to a Chat Completions server. */

const prompt = 'Say something about foxes and dogs, at your usual length.';

export function smallRequest(model, stream) {
  return {
    response: JSON.stringify({ model, input: prompt, stream }),
    chat: JSON.stringify({ model, messages: [{ role: 'user', content: prompt }], stream }),
  };
}

const sentence =
  'const value = await client.read("./src/example.ts"); // line of a file that an agent looks at\n';

/** Makes a turn of Codex late in a session: 200 items, 20 tools, about 250 KB. */
export function codexRequest(model) {
  return JSON.stringify({
    model,
    instructions: `You are a coding agent.\n${sentence.repeat(150)}`,
    input: codexItems(),
    tools: Array.from({ length: 20 }, (_, index) => codexTool(index)),
    tool_choice: 'auto',
    parallel_tool_calls: true,
    reasoning: { effort: 'medium', summary: 'auto' },
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: 'bench-session',
  });
}

/** Makes 5 messages and 65 rounds of reasoning, call and output. */
function codexItems() {
  const items = [];
  for (let index = 0; index < 5; index++) {
    const role = index === 0 ? 'developer' : 'user';
    items.push({
      type: 'message',
      role,
      content: [{ type: 'input_text', text: sentence.repeat(8) }],
    });
  }
  for (let index = 0; index < 65; index++) {
    const call_id = `call_${index}`;
    const args = JSON.stringify({ command: ['bash', '-lc', `sed -n 1,80p file${index}.ts`] });
    items.push(
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'I look at the next file.' }] },
      { type: 'function_call', name: 'tool_0', arguments: args, call_id },
      { type: 'function_call_output', call_id, output: sentence.repeat(30) },
    );
  }
  return items;
}

function codexTool(index) {
  const properties = {};
  for (let field = 0; field < 6; field++) {
    properties[`field_${field}`] = { type: 'string', description: sentence.trim() };
  }
  return {
    type: 'function',
    name: `tool_${index}`,
    description: sentence.repeat(2),
    strict: false,
    parameters: { type: 'object', properties, required: ['field_0'], additionalProperties: false },
  };
}
