import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RequestSummary } from '../../../src/inspector/views/contract.js';
import { clockTime, count, duration, percent } from '../service/format.js';
import { FilterBar } from './filter-bar.js';
import { matches, noFilters, statusOf } from './filters.js';

interface RequestListProps {
  requests: readonly RequestSummary[];
  isLive: boolean;
}

/** Shows the requests as they come and end. */
export function RequestList({ requests, isLive }: RequestListProps): JSX.Element {
  const [filters, setFilters] = useState(noFilters);
  const shown = requests.filter((request) => matches(request, filters));
  return (
    <>
      <h1 tabIndex={-1}>Requests</h1>
      <FilterBar requests={requests} filters={filters} onChange={setFilters} />
      <p role="status" class="hint">
        {shown.length} of {requests.length} requests. {isLive ? 'Live.' : 'Not connected.'}
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Requests">
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Model</th>
              <th scope="col">Backend</th>
              <th scope="col">Status</th>
              <th scope="col">First event</th>
              <th scope="col">Duration</th>
              <th scope="col">Tokens in, cached, out</th>
              <th scope="col">Warnings</th>
              <th scope="col">Request</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((request) => (
              <Row key={request.id} request={request} />
            ))}
          </tbody>
        </table>
      </div>
      {requests.length === 0 && (
        <p>
          Nothing yet. Send a request, or <a href="#/try">try one here</a>.
        </p>
      )}
    </>
  );
}

function Row({ request }: { request: RequestSummary }): JSX.Element {
  const { id, model = '–', backend = '–', attempts = 1, hasBody, requestId } = request;
  const status = statusOf(request);
  const warnings = Object.entries(request.warnings);
  return (
    <tr>
      <td>
        {hasBody ? <a href={`#/request/${id}`}>{clockTime(request.at)}</a> : clockTime(request.at)}
      </td>
      <td>{model}</td>
      <td>
        {backend}
        {attempts > 1 && `, attempt ${attempts}`}
      </td>
      <td>
        <span class={`status ${status}`}>{status}</span> {request.status ?? ''}{' '}
        {request.errorCode ?? ''}
      </td>
      <td>{duration(request.firstEventMs)}</td>
      <td>{duration(request.durationMs)}</td>
      <td>{tokens(request)}</td>
      <td>{warnings.map(([code, times]) => `${code} ×${times}`).join(', ')}</td>
      <td>
        <code>{requestId}</code>
      </td>
    </tr>
  );
}

function tokens({ inputTokens, cachedTokens, outputTokens }: RequestSummary): string {
  if (inputTokens === undefined) return '–';
  const share = inputTokens > 0 ? (cachedTokens ?? 0) / inputTokens : 0;
  return `${count(inputTokens)}, ${percent(share)}, ${count(outputTokens)}`;
}
