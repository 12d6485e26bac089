import process from 'node:process';
import { fetch } from 'undici';

/** The suite of the Model Context Protocol starts this with the URL of its server; the service under test is its client. */
const [url] = process.argv.slice(-1);
const reply = await fetch(`${process.env.SERVICE_URL}/responses`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    authorization: `Bearer ${process.env.SERVICE_KEY}`,
  },
  body: JSON.stringify({
    model: 'demo',
    input: 'Go',
    tools: [{ type: 'mcp', server_label: 'demo', server_url: url, require_approval: 'never' }],
  }),
});
const { status, output } = await reply.json();
const calls = output.filter(({ type }) => type === 'mcp_call');
if (status !== 'completed' || calls.some((call) => call.status !== 'completed')) {
  throw new Error(JSON.stringify(output));
}
