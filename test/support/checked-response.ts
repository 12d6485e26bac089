import type { ErrorBody } from '../../src/contracts/responses/error.js';
import type { ResponseEvent } from '../../src/contracts/responses/events.js';
import type { ResponseResource } from '../../src/contracts/responses/response.js';
import { eventViolations } from '../../src/testing/event-invariants.js';
import {
  eventSchemaViolations,
  hasOpenAiOnlyItem,
  schemaViolations,
} from './open-responses-schema.js';
import { responseViolations } from '../../src/testing/response-invariants.js';
import { parseEventStream } from '../../src/testing/sse-text.js';

/** Applies everything that is known about a right answer to whatever the service sends. */

/** Gives the events of a streamed answer, all rules checked. Throws with every rule that is broken. */
export async function readEvents(reply: Response): Promise<ResponseEvent[]> {
  const { status, headers } = reply;
  const text = await reply.text();
  refuse(
    [
      ...(status === 200 ? [] : [`status ${status}`]),
      ...(headers.get('content-type') === 'text/event-stream; charset=utf-8'
        ? []
        : ['content-type']),
    ],
    text,
  );
  return checkEvents(parseEventStream(text));
}

export function checkEvents(events: ResponseEvent[]): ResponseEvent[] {
  refuse([...eventViolations(events), ...events.flatMap(eventSchemaViolations)], events);
  return events;
}

/** Gives the Response of an answer that was not streamed, all rules checked. */
export async function readResource(reply: Response): Promise<ResponseResource> {
  const text = await reply.text();
  refuse(
    [
      ...(reply.status === 200 ? [] : [`status ${reply.status}`]),
      ...((reply.headers.get('content-type') ?? '').startsWith('application/json')
        ? []
        : ['content-type']),
    ],
    text,
  );
  return checkResource(JSON.parse(text) as ResponseResource);
}

export function checkResource(response: ResponseResource): ResponseResource {
  const schema = hasOpenAiOnlyItem(response) ? [] : schemaViolations('ResponseResource', response);
  refuse([...responseViolations(response), ...schema], response);
  return response;
}

/** Gives the error of an answer that is none, whose envelope has exactly its four fields. */
export async function readError(reply: Response): Promise<ErrorBody['error']> {
  const body = (await reply.json()) as ErrorBody;
  const keys = Object.keys(body.error).sort().join();
  refuse(
    [
      ...(reply.status >= 400 ? [] : [`status ${reply.status}`]),
      ...((reply.headers.get('content-type') ?? '').startsWith('application/json')
        ? []
        : ['content-type']),
      ...(Object.keys(body).join() === 'error' && keys === 'code,message,param,type' ? [] : [keys]),
      ...(typeof body.error.message === 'string' && body.error.message !== ''
        ? []
        : ['no message']),
    ],
    body,
  );
  return body.error;
}

/** Gives the Response that the events end with. */
export function finalResponse(events: readonly ResponseEvent[]): ResponseResource {
  const last = events.at(-1);
  if (last === undefined || !('response' in last)) throw new Error('No terminal event.');
  return last.response;
}

/**
 * Makes a `fetch` for SDKs that reads a copy of every answer to POST /v1/responses by the rules above. `settled` rejects with
 * what was wrong; answers that the client gave up are left out, since they are not whole.
 */
export function checkedFetch(): { fetch: typeof fetch; settled: () => Promise<void> } {
  const checks: Promise<unknown>[] = [];
  const wrapped: typeof fetch = async (input, init) => {
    const reply = await fetch(input, init);
    const url = input instanceof Request ? input.url : String(input);
    if (url.endsWith('/v1/responses')) {
      const signal = init?.signal;
      const check = checkReply(reply.clone()).catch((error: unknown) => {
        if (signal?.aborted !== true) throw error;
      });
      // `settled` tells of it; until then it is no unhandled rejection.
      check.catch(() => undefined);
      checks.push(check);
    }
    return reply;
  };
  const settled = async (): Promise<void> => {
    const results = await Promise.allSettled(checks.splice(0));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };
  return { fetch: wrapped, settled };
}

async function checkReply(reply: Response): Promise<void> {
  if (reply.status !== 200) await readError(reply);
  else if (reply.headers.get('content-type')?.startsWith('text/event-stream')) {
    await readEvents(reply);
  } else await readResource(reply);
}

function refuse(violations: readonly string[], evidence: unknown): void {
  if (violations.length === 0) return;
  const shown = typeof evidence === 'string' ? evidence : JSON.stringify(evidence, null, 1);
  throw new Error(`${violations.join('\n')}\n\n${shown.slice(0, 10_000)}`);
}
