import type { ResponseResource } from '../../src/contracts/responses/response.js';
import { parseFrame, splitFrames } from '../../src/testing/sse-text.js';

/** Holds what a client saw of one response before the service was gone. */
export interface SeenResponse {
  id: string;
  input: string;
  /** Holds the whole Response, once the client has it: the service said that it is done. */
  acknowledged: ResponseResource | undefined;
}

/** Asks one question after another, until the service is gone, and tells of each that is done. Rejects when it refuses one. */
export async function askUntilGone(
  url: string,
  { name, stream, onDone }: { name: string; stream: boolean; onDone: () => void },
): Promise<SeenResponse[]> {
  const seen: SeenResponse[] = [];
  for (let number = 0; ; number += 1) {
    const input = `${name}, question ${number}`;
    const { text, isWhole } = await ask(url, JSON.stringify({ model: 'demo', input, stream }));
    const found = stream ? readFrames(text) : isWhole ? readWhole(text) : undefined;
    if (found !== undefined) seen.push({ input, ...found });
    if (found?.acknowledged !== undefined) onDone();
    if (!isWhole) return seen;
  }
}

/** Gives all that arrived. */
async function ask(url: string, body: string): Promise<{ text: string; isWhole: boolean }> {
  const headers = { 'content-type': 'application/json' };
  let text = '';
  try {
    const reply = await fetch(`${url}/v1/responses`, { method: 'POST', headers, body });
    if (reply.status !== 200) throw new RangeError(`Refused with ${reply.status}.`);
    const stream = reply.body!.pipeThrough(new TextDecoderStream());
    for await (const piece of stream as AsyncIterable<string>) text += piece;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return { text, isWhole: false };
  }
  return { text, isWhole: true };
}

function readWhole(text: string): Omit<SeenResponse, 'input'> {
  const acknowledged = JSON.parse(text) as ResponseResource;
  return { id: acknowledged.id, acknowledged };
}

/** The last frame may be cut; without a whole one there is no id to ask for. */
function readFrames(text: string): Omit<SeenResponse, 'input'> | undefined {
  const end = text.lastIndexOf('\n\n');
  if (end === -1) return undefined;
  const frames = splitFrames(text.slice(0, end + 2)).filter((frame) => !frame.endsWith('[DONE]'));
  const [first, last] = [frames[0]!, frames.at(-1)!].map(parseFrame);
  if (first?.type !== 'response.created') throw new Error(`Begins with ${String(first?.type)}`);
  const acknowledged = last?.type === 'response.completed' ? last.response : undefined;
  return { id: first.response.id, acknowledged };
}
