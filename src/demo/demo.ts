import { createApp } from '../app.factory.js';
import { demoResponder } from './demo-responder.js';
import { ScriptedChatServer } from './scripted-chat-server.js';

/** Fast enough to be fun, slow enough to be seen. */
const tokenMs = 40;

/** `npm run demo`: the proxy in front of a backend that needs neither a key nor the network. */
async function main(): Promise<void> {
  const backend = await ScriptedChatServer.start(demoResponder(tokenMs));
  const port = process.env.HOST_PORT ?? '8282';
  const app = await createApp({
    environment: { BACKEND_URL: backend.chatUrl, HOST_PORT: port, LOG_LEVEL: 'warn' },
  });
  await app.listen(Number(port), '127.0.0.1');
  process.stdout.write(welcome(await app.getUrl()));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void app
        .close()
        .then(() => backend.close())
        .then(() => process.exit(0));
    });
  }
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
