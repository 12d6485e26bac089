import type { RequestDetail } from '../../../src/inspector/views/contract.js';

type Chunks = RequestDetail['chunks'];
type Events = RequestDetail['events'];
type ResponseEvent = Events[number]['part'];

/** What was read of the backend at one time, and the events that were written of it; or a silence. */
export interface StreamRow {
  at: number;
  chunks: unknown[];
  events: { event: ResponseEvent; isHeartbeat: boolean }[];
  /** Nothing came for so long before. */
  silenceMs: number | undefined;
}

/** A silence is worth a line of its own from here on, and from a twentieth of the whole stream. */
const SILENCE_MS = 250;
const SILENCE_SHARE = 0.05;

/** Puts both streams on one time axis: a row begins with each read, and with events that come without one. */
export function streamRows(chunks: Chunks, events: Events): StreamRow[] {
  const all = [
    ...chunks.map(({ at, part }) => ({ at, chunk: part, event: undefined })),
    ...events.map(({ at, part }) => ({ at, chunk: undefined, event: part })),
  ].sort((one, other) => one.at - other.at);
  const span = (all.at(-1)?.at ?? 0) - (all[0]?.at ?? 0);
  const silence = Math.max(SILENCE_MS, span * SILENCE_SHARE);
  const rows: StreamRow[] = [];
  let before: number | undefined;
  let isOpen = false;
  for (const { at, chunk, event } of all) {
    let row = rows.at(-1);
    const isSame =
      row !== undefined && at - row.at < 1 && (chunk === undefined || row.events.length === 0);
    if (row === undefined || !isSame) {
      const waited = before === undefined ? 0 : at - before;
      row = { at, chunks: [], events: [], silenceMs: waited >= silence ? waited : undefined };
      rows.push(row);
    }
    before = at;
    if (event === undefined) row.chunks.push(chunk);
    else {
      const isHeartbeat = isOpen && event.type === 'response.in_progress';
      isOpen ||= event.type === 'response.in_progress';
      row.events.push({ event, isHeartbeat });
    }
  }
  return rows;
}

/** Says in a few words what a chunk brought. */
export function chunkWords(chunk: unknown): string {
  if (typeof chunk !== 'object' || chunk === null) return String(chunk);
  const { choices, usage, error } = chunk as Record<string, unknown>;
  const [choice] = Array.isArray(choices) ? (choices as Record<string, unknown>[]) : [];
  const delta = { ...(choice?.delta as object | undefined) } as Record<string, unknown>;
  const said = Object.entries(delta)
    .filter(([name, value]) => name !== 'role' && value !== null && value !== '')
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const end = choice?.finish_reason;
  return (
    [
      ...said,
      ...(typeof end === 'string' ? [`finish_reason ${end}`] : []),
      ...(usage === undefined || usage === null ? [] : ['usage']),
      ...(error === undefined ? [] : [`error ${JSON.stringify(error)}`]),
    ].join(', ') || 'nothing'
  );
}

export function eventWords(event: ResponseEvent): string {
  const { delta } = event as { delta?: unknown };
  const name = event.type.replace('response.', '');
  return typeof delta === 'string' ? `${name} ${JSON.stringify(delta)}` : name;
}
