import { asRecord, parseJson, type JsonRecord } from '../common/json.js';

/** Tells that a body says nothing yet: comments, by which gateways keep a connection alive, are no answer. */
export function isSilence(body: string): boolean {
  return spokenLine(body) === undefined;
}

/** Gives the body of the error that stands in place of an answer, as the first event of a stream. */
export function errorEvent(body: string): JsonRecord | undefined {
  const line = spokenLine(body);
  if (line?.startsWith('data:') !== true) return undefined;
  const event = asRecord(parseJson(line.slice('data:'.length)));
  return event?.error == null ? undefined : event;
}

function spokenLine(body: string): string | undefined {
  return body.split('\n').find((line) => line.trim() !== '' && !line.startsWith(':'));
}
