import { createApp } from '../app.factory.js';
import { loadSettings } from '../config/configuration.module.js';
import { demoResponder } from './demo-responder.js';
import { ScriptedChatServer } from './scripted-chat-server.js';

/** Fast enough to be fun, slow enough to be seen. */
const tokenMs = 40;

/** `npm run demo`: the proxy in front of a backend that needs neither a key nor the network. */
async function main(): Promise<void> {
  const { server } = await loadSettings();
  const backend = await ScriptedChatServer.start(demoResponder(tokenMs));
  const app = await createApp({
    environment: {
      BACKEND_URL: backend.chatUrl,
      HOST: '127.0.0.1',
      HOST_PORT: String(server.port),
      LOG_LEVEL: 'warn',
    },
  });
  await app.listen(server.port, '127.0.0.1');
  process.stdout.write(welcome(await app.getUrl()));
}

function welcome(url: string): string {
  const body = JSON.stringify({ model: 'demo', input: 'Say hello', stream: true });
  const tool = JSON.stringify({
    model: 'demo',
    input: 'What is the weather in Paris?',
    stream: true,
    tools: [
      {
        type: 'function',
        name: 'get_weather',
        parameters: { type: 'object', properties: { city: { type: 'string' } } },
      },
    ],
  });
  return [
    `The demo listens on ${url}. Ctrl-C ends it. Copy, paste:`,
    '',
    `curl -N ${url}/v1/responses -H 'content-type: application/json' -d '${body}'`,
    '',
    'and with a tool:',
    '',
    `curl -N ${url}/v1/responses -H 'content-type: application/json' -d '${tool}'`,
    '',
    '',
  ].join('\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
