import { ChatChunks, type Script } from './scripted-backend.js';
import type { Service } from './start-service.js';

const chunks = new ChatChunks('demo');

/** Says one word, and the rest once `gate` is through. */
export function gatedAnswer(gate: Promise<unknown>): Script {
  return {
    steps: [
      { data: chunks.text('one') },
      { until: gate },
      { data: chunks.text(' two') },
      { data: chunks.finish('stop') },
      { write: 'data: [DONE]\n\n' },
    ],
  };
}

export interface LiveStream {
  /** Holds everything from the first byte to the end; rejects when the stream is cut. */
  text: Promise<string>;
}

/** Opens a streamed response whose first event has arrived. */
export async function openStream(
  service: Service,
  options: { signal?: AbortSignal; headers?: Record<string, string> } = {},
): Promise<LiveStream> {
  const reply = await service.post({ model: 'demo', input: 'Hi', stream: true }, options);
  if (reply.status !== 200) throw new Error(`${reply.status}: ${await reply.text()}`);
  const text = reply.text();
  text.catch(() => undefined); // Whoever awaits it sees it.
  return { text };
}
