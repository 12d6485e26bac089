import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../app.factory.js';
import { demoResponder } from './demo-responder.js';
import { ScriptedChatServer } from './scripted-chat-server.js';

/** This is fast enough to be fun, slow enough to be seen. */
const tokenMs = 40;

export interface RunningDemo {
  url: string;
  app: NestFastifyApplication;
  close(): Promise<void>;
}

/** Starts the proxy on `port` of this machine only, in front of a backend that needs neither a key nor the network. */
export async function startDemo(port: number): Promise<RunningDemo> {
  const backend = await ScriptedChatServer.start(demoResponder(tokenMs));
  const app = await createApp({
    environment: { BACKEND_URL: backend.chatUrl, LOG_LEVEL: 'warn', INSPECTOR: 'true' },
  });
  await app.listen(port, '127.0.0.1');
  const close = async (): Promise<void> => {
    await app.close();
    await backend.close();
  };
  return { url: await app.getUrl(), app, close };
}

/** Gives what the terminal shows: lines to copy. */
export function welcome(url: string): string {
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
    `What became of them: ${url}/inspector`,
    '',
    '',
  ].join('\n');
}
