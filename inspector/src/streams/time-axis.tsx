import type { JSX } from 'preact';
import type { RequestDetail } from '../../../src/inspector/views/contract.js';
import { duration } from '../service/format.js';

const WIDTH = 1_000;

/** Draws when chunks came (above) and events went (below), so that pauses are seen at a glance. */
export function TimeAxis({
  chunks,
  events,
}: Pick<RequestDetail, 'chunks' | 'events'>): JSX.Element {
  const end = Math.max(1, chunks.at(-1)?.at ?? 0, events.at(-1)?.at ?? 0);
  const label = `${chunks.length} chunks and ${events.length} events in ${duration(end)}`;
  return (
    <svg
      class="axis"
      viewBox={`0 0 ${WIDTH} 40`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path class="chunks" d={lines(chunks, end, 2, 18)} />
      <path class="events" d={lines(events, end, 22, 38)} />
    </svg>
  );
}

function lines(parts: readonly { at: number }[], end: number, top: number, bottom: number): string {
  const places = new Set(parts.map(({ at }) => Math.round((at / end) * (WIDTH - 2)) + 1));
  return [...places].map((x) => `M${x} ${top}V${bottom}`).join('');
}
