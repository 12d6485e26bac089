import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { RequestDetail } from '../../../src/inspector/views/contract.js';
import { duration, json } from '../service/format.js';
import { TextBlock } from '../parts/text-block.js';
import { chunkWords, eventWords, streamRows, type StreamRow } from './rows.js';
import { TimeAxis } from './time-axis.js';

/** So many rows are drawn at once. */
const SHOWN = 300;

/** Shows what the backend said and what the client was told, on one time axis. */
export function StreamsView({
  chunks,
  events,
}: Pick<RequestDetail, 'chunks' | 'events'>): JSX.Element {
  const [shown, setShown] = useState(SHOWN);
  const rows = useMemo(() => streamRows(chunks, events), [chunks, events]);
  if (rows.length === 0) return <p>Nothing was streamed.</p>;
  return (
    <>
      <TimeAxis chunks={chunks} events={events} />
      <div class="scroll tall" tabIndex={0} role="region" aria-label="Chunks and events by time">
        <table class="streams">
          <thead>
            <tr>
              <th scope="col">After</th>
              <th scope="col">{chunks.length} chunks of the backend</th>
              <th scope="col">{events.length} events to the client</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, index) => (
              <Row key={index} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown && (
        <button
          type="button"
          onClick={() => {
            setShown(shown + SHOWN);
          }}
        >
          Show more of {rows.length} reads
        </button>
      )}
    </>
  );
}

function Row({ row: { at, chunks, events, silenceMs } }: { row: StreamRow }): JSX.Element {
  return (
    <>
      {silenceMs !== undefined && (
        <tr class="silence">
          <td />
          <td colSpan={2}>{duration(silenceMs)} of silence</td>
        </tr>
      )}
      <tr>
        <td>{duration(at)}</td>
        <td>
          {chunks.map((chunk, index) => (
            <Entry key={index} words={chunkWords(chunk)} value={chunk} />
          ))}
        </td>
        <td>
          {events.map(({ event, isHeartbeat }, index) => (
            <Entry
              key={index}
              words={isHeartbeat ? `♥ heartbeat (${eventWords(event)})` : eventWords(event)}
              value={event}
            />
          ))}
        </td>
      </tr>
    </>
  );
}

/** The whole JSON is made when it is opened: a stream has thousands of these. */
function Entry({ words, value }: { words: string; value: unknown }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
      }}
    >
      <summary>{words}</summary>
      {isOpen && <TextBlock text={json(value)} label={words} />}
    </details>
  );
}
