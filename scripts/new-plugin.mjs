/** Makes a plugin with its test: `npm run new:plugin NAME [FOLDER]`, in `plugins/` where no folder is said. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const [name = '', folder = 'plugins'] = process.argv.slice(2);
if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) {
  fail('npm run new:plugin NAME [FOLDER]\nThe name has small letters, digits and hyphens.');
}
const plugin = join(folder, `${name}.mjs`);
const test = join(folder, `${name}.test.mjs`);
for (const file of [plugin, test]) if (existsSync(file)) fail(`${file} is there already.`);

mkdirSync(folder, { recursive: true });
writeFileSync(
  plugin,
  `import { definePlugin } from 'responses-proxy';

/** Its parts: docs/extending.md of the service. */
export default definePlugin({
  name: '${name}',
  hooks: [
    {
      beforeTranslate(request) {
        return { ...request, instructions: ['Be brief.', request.instructions].filter(Boolean).join(' ') };
      },
    },
  ],
});
`,
);
writeFileSync(
  test,
  `import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { createApp } from 'responses-proxy';
import plugin from './${name}.mjs';

/** A backend that says hello, and keeps what it was asked. */
async function startBackend() {
  const asked = [];
  const server = createServer((request, reply) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      asked.push(JSON.parse(body || '{}'));
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      const choice = { index: 0, delta: { content: 'Hello' }, finish_reason: 'stop' };
      reply.end(\`data: \${JSON.stringify({ choices: [choice] })}\\n\\ndata: [DONE]\\n\\n\`);
    });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { asked, server, url: \`http://127.0.0.1:\${server.address().port}/v1\` };
}

test('${name} changes the request', async () => {
  const backend = await startBackend();
  const environment = { BACKEND_URL: backend.url, LOG_LEVEL: 'silent', SHUTDOWN_GRACE_SECS: '1' };
  const app = await createApp({ environment, plugins: [plugin] });
  await app.listen(0, '127.0.0.1');
  try {
    const reply = await fetch(\`\${await app.getUrl()}/v1/responses\`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
      body: JSON.stringify({ model: 'demo', input: 'Hi' }),
    });
    assert.equal((await reply.json()).status, 'completed');
    assert.equal(backend.asked.at(-1).messages[0].content, 'Be brief.');
  } finally {
    await app.close();
    backend.server.closeAllConnections();
    backend.server.close();
  }
});
`,
);
process.stdout.write(`${plugin}\n${test}\n\nnode --test ${test}\nPLUGINS=${plugin} npm start\n`);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
