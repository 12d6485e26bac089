import type { ResponseEvent } from '../contracts/responses/events.js';

/** One frame looks like this on the wire, without its blank line. */
const FRAME = /^event: (?<name>[a-z_.]+)\ndata: (?<data>\{.*\})$/;

/**
 * Reads a whole event stream by the strictest rules that a client has: LF only, whole frames, one `data:` line each, `event:`
 * equal to `type`, no `id:`, no comment, `[DONE]` last and once. Throws at the first frame that breaks one.
 */
export function parseEventStream(text: string): ResponseEvent[] {
  const frames = splitFrames(text);
  if (frames.at(-1) !== 'data: [DONE]') throw new Error(`The end is no [DONE]:\n${text}`);
  return frames.slice(0, -1).map(parseFrame);
}

/** Splits the text. Throws when it is not made of whole frames. */
export function splitFrames(text: string): string[] {
  if (text.includes('\r')) throw new Error('A carriage return in the stream.');
  if (!text.endsWith('\n\n')) throw new Error(`A frame is cut:\n${text.slice(-200)}`);
  return text.slice(0, -2).split('\n\n');
}

export function parseFrame(frame: string): ResponseEvent {
  const match = FRAME.exec(frame);
  if (match?.groups === undefined) throw new Error(`Not one event and one data line:\n${frame}`);
  const event = JSON.parse(match.groups.data ?? '') as ResponseEvent;
  if (event.type !== match.groups.name) {
    throw new Error(`event: ${match.groups.name ?? ''}, but type ${event.type}`);
  }
  return event;
}
