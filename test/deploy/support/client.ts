import { once } from 'node:events';
import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import type { RunningCaddy } from './caddy.js';

/** Reads one event after the other and leaves whenever the test wants. */
export interface EventReader {
  next(): Promise<string | undefined>;
  disconnect(): void;
}

export type OpenEvents = (caddy: RunningCaddy) => Promise<EventReader>;

/** HTTP/1.1, over TLS when Caddy has a certificate, which is then verified. */
export function send(
  caddy: RunningCaddy,
  path: string,
  options: { method?: string; agent?: false } = {},
): ClientRequest {
  const target = { host: 'localhost', port: caddy.port, path, family: 4, ...options };
  return caddy.certificate === undefined
    ? requestHttp(target)
    : requestHttps({ ...target, ca: caddy.certificate });
}

export async function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

export const openEventsOverHttp1: OpenEvents = async (caddy) => {
  const request = send(caddy, '/events', { agent: false }).end();
  const response = await answerOf(request);
  return readEvents(response, () => {
    request.destroy();
  });
};

export const openEventsOverHttp2: OpenEvents = async (caddy) => {
  const session = connect(`https://localhost:${caddy.port}`, { ca: caddy.certificate ?? [] });
  const stream = session.request({ ':path': '/events' });
  await once(stream, 'response');
  stream.once('close', () => {
    session.close();
  });
  return readEvents(stream, () => {
    stream.close();
  });
};

function readEvents(body: Readable, disconnect: () => void): EventReader {
  body.on('error', () => undefined);
  const chunks = body.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  let buffer = '';
  return {
    disconnect,
    async next() {
      for (;;) {
        const end = buffer.indexOf('\n\n');
        if (end >= 0) {
          const event = buffer.slice('data: '.length, end);
          buffer = buffer.slice(end + 2);
          return event;
        }
        const chunk = await chunks.next();
        if (chunk.done === true) return undefined;
        buffer += chunk.value;
      }
    },
  };
}
