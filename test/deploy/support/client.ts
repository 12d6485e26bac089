import { once } from 'node:events';
import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import type { RunningCaddy } from './caddy.js';

const json = { 'content-type': 'application/json' };

/** Reads one event after the other and leaves whenever the test wants. */
export interface EventReader {
  /** Gives the `data` of the next event; undefined at the end. */
  next(): Promise<string | undefined>;
  disconnect(): void;
}

/** Asks for a stream: GET /events, or a POST when there is a body. */
export type OpenEvents = (
  caddy: RunningCaddy,
  target?: { path: string; body: string },
) => Promise<EventReader>;

/** Sends over HTTP/1.1, with TLS when Caddy has a certificate, which is then verified. */
export function send(
  caddy: RunningCaddy,
  path: string,
  options: { method?: string; agent?: false; headers?: Record<string, string> } = {},
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

export const openEventsOverHttp1: OpenEvents = async (caddy, target) => {
  const request = target
    ? send(caddy, target.path, { method: 'POST', headers: json, agent: false }).end(target.body)
    : send(caddy, '/events', { agent: false }).end();
  const response = await answerOf(request);
  return readEvents(response, () => {
    request.destroy();
  });
};

export const openEventsOverHttp2: OpenEvents = async (caddy, target) => {
  const session = connect(`https://localhost:${caddy.port}`, { ca: caddy.certificate ?? [] });
  const stream = target
    ? session.request({ ':method': 'POST', ':path': target.path, ...json }).end(target.body)
    : session.request({ ':path': '/events' });
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
          const frame = buffer.slice(0, end);
          buffer = buffer.slice(end + 2);
          return /^data: (.*)$/m.exec(frame)?.[1] ?? '';
        }
        const chunk = await chunks.next();
        if (chunk.done === true) return undefined;
        buffer += chunk.value;
      }
    },
  };
}
