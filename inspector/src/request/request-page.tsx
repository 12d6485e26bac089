import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RequestDetail } from '../../../src/inspector/views/contract.js';
import { addressOf, readDetail } from '../service/api.js';
import { duration, json } from '../service/format.js';
import { useLoaded } from '../service/use-loaded.js';
import { Problem } from '../parts/problem.js';
import { TextBlock } from '../parts/text-block.js';
import { StreamsView } from '../streams/streams-view.js';
import { DialectTable } from './dialect-table.js';
import { PrefixView } from './prefix-view.js';
import { SideBySide } from './side-by-side.js';

/** Shows one request. It is read again when it is over, and on demand. */
export function RequestPage({ id, isOver }: { id: string; isOver: boolean }): JSX.Element {
  const { value, error, reload } = useLoaded(() => readDetail(id), `${id} ${isOver}`);
  return (
    <>
      <p>
        <a href="#/">← All requests</a>
      </p>
      <h1 tabIndex={-1}>{value === undefined ? 'Request' : titleOf(value)}</h1>
      <Problem error={error} />
      {value !== undefined && <Detail id={id} detail={value} reload={reload} />}
    </>
  );
}

interface DetailProps {
  id: string;
  detail: RequestDetail;
  reload: () => void;
}

function Detail({ id, detail, reload }: DetailProps): JSX.Element {
  const [place, setPlace] = useState(0);
  const [isPrefixOpen, setPrefixOpen] = useState(false);
  const { calls, summary, isCut } = detail;
  const call = calls[place] ?? calls.at(-1);
  return (
    <>
      <p>
        <code>{summary.requestId}</code>, {summary.status ?? 'running'},{' '}
        {duration(summary.durationMs)}. {summary.errorMessage}{' '}
        <a class="button" href={addressOf(`api/requests/${id}/fixture`)} download>
          Export as fixture
        </a>{' '}
        {!summary.isOver && (
          <button type="button" class="quiet" onClick={reload}>
            Refresh
          </button>
        )}
      </p>
      {isCut && <p class="bad">More came than is kept of one request; the rest is left out.</p>}
      {calls.length > 1 && (
        <label>
          Call of a backend
          <select
            value={place}
            onChange={({ currentTarget }) => {
              setPlace(Number(currentTarget.value));
            }}
          >
            {calls.map(({ backend, model, at }, index) => (
              <option key={index} value={index}>
                {index + 1}: {model} at {backend}, after {duration(at)}
              </option>
            ))}
          </select>
        </label>
      )}
      <SideBySide detail={detail} call={call} />
      <h2>Streams</h2>
      <StreamsView chunks={detail.chunks} events={detail.events} />
      <h2>Final response</h2>
      {detail.response === undefined ? (
        <p>There is none yet.</p>
      ) : (
        <TextBlock text={json(detail.response)} label="Final response" />
      )}
      {call !== undefined && (
        <>
          <h2>
            Dialect rules for {call.model} at {call.backend}
          </h2>
          <DialectTable dialect={call.dialect} />
        </>
      )}
      <h2>Prompt prefix</h2>
      {isPrefixOpen ? (
        <PrefixView id={id} />
      ) : (
        <button
          type="button"
          onClick={() => {
            setPrefixOpen(true);
          }}
        >
          Compare the turns of this conversation
        </button>
      )}
    </>
  );
}

function titleOf({ summary }: RequestDetail): string {
  return `${summary.model ?? 'Request'} ${summary.responseStatus ?? ''}`.trim();
}
