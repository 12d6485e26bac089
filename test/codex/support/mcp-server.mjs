// Runs as a small MCP server over stdio: newline-delimited JSON-RPC. One of its names is longer than backends take.
import process from 'node:process';
import readline from 'node:readline';

const number = { type: 'number' };
const tools = [
  {
    name: 'add',
    description: 'Adds two numbers.',
    inputSchema: { type: 'object', properties: { a: number, b: number }, required: ['a', 'b'] },
  },
  {
    name: 'look.up-the_very_long_name_of_a_tool_that_goes_on_and_on_for_more_than_sixty_four',
    description: 'Looks up.',
    inputSchema: { type: 'object', properties: { q: { type: 'string' } } },
  },
];

function answer({ method, params }) {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'lab', version: '1.0.0' },
        instructions: 'Tools of the lab.',
      };
    case 'tools/list':
      return { tools };
    case 'tools/call': {
      const { name, arguments: input } = params;
      const text = name === 'add' ? `sum=${input.a + input.b}` : `found=${input.q}`;
      return { content: [{ type: 'text', text }] };
    }
    default:
      return undefined;
  }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.id === undefined) return;
  const result = answer(message);
  const reply =
    result === undefined ? { error: { code: -32601, message: 'No such method.' } } : { result };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message.id, ...reply })}\n`);
});
