import type { ResponseEvent } from '../../../src/contracts/responses/events.js';
import type { ResponseResource } from '../../../src/contracts/responses/response.js';
import { addressOf, refuseUnlessOk } from '../service/api.js';

export interface Answer {
  requestId: string;
  events: readonly ResponseEvent[];
  /** It is there without a stream, or at the end of one. */
  response: ResponseResource | undefined;
}

export const apiAddress = (): string => addressOf('../v1');

function headersFor(key: string): Record<string, string> {
  const headers = { 'content-type': 'application/json' };
  return key === '' ? headers : { ...headers, authorization: `Bearer ${key}` };
}

export async function readModels(key: string): Promise<readonly string[]> {
  const reply = await fetch(`${apiAddress()}/models`, { headers: headersFor(key) });
  const { data } = (await (await refuseUnlessOk(reply)).json()) as { data: { id: string }[] };
  return data.map(({ id }) => id);
}

/** Sends a request as any client does. @throws Refused, or DOMException when it was aborted. */
export async function send(
  body: { stream: boolean },
  key: string,
  tell: (answer: Answer) => void,
  signal: AbortSignal,
): Promise<void> {
  const reply = await fetch(`${apiAddress()}/responses`, {
    method: 'POST',
    headers: headersFor(key),
    body: JSON.stringify(body),
    signal,
  });
  await refuseUnlessOk(reply);
  const requestId = reply.headers.get('x-request-id') ?? '';
  if (!body.stream || reply.body === null) {
    tell({ requestId, events: [], response: (await reply.json()) as ResponseResource });
    return;
  }
  const events: ResponseEvent[] = [];
  for await (const event of eventsOf(reply.body)) {
    events.push(event);
    const response = 'response' in event ? event.response : undefined;
    tell({ requestId, events: [...events], response });
  }
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ResponseEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const frames = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const data = frame
        .split('\n')
        .find((line) => line.startsWith('data: '))
        ?.slice(6);
      if (data !== undefined && data !== '[DONE]') yield JSON.parse(data) as ResponseEvent;
    }
  }
}
