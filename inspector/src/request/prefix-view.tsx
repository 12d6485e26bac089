import type { JSX } from 'preact';
import { readPrefix } from '../service/api.js';
import { clockTime, count, percent } from '../service/format.js';
import { useLoaded } from '../service/use-loaded.js';
import { Problem } from '../parts/problem.js';
import type { PrefixTurn } from '../../../src/inspector/views/contract.js';

/** Answers "why is my cache cold": the turns of the conversation, and where each first differs from the one before. */
export function PrefixView({ id }: { id: string }): JSX.Element {
  const { value: turns, error } = useLoaded(() => readPrefix(id), id);
  return (
    <>
      <p class="hint">
        A backend's cache holds as far as the beginning of the prompt stays the same. Requests are
        one conversation by their <code>prompt_cache_key</code>, <code>conversation</code> or first
        message.
      </p>
      <Problem error={error} />
      <ol class="turns">
        {(turns ?? []).map((turn) => (
          <li key={turn.id}>
            <Turn turn={turn} isHere={turn.id === id} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Turn({ turn, isHere }: { turn: PrefixTurn; isHere: boolean }): JSX.Element {
  const { break: broken } = turn;
  return (
    <>
      <p>
        <a href={`#/request/${turn.id}`} aria-current={isHere ? 'true' : undefined}>
          {clockTime(turn.at)}
        </a>{' '}
        {turn.model} at {turn.backend}, {turn.messages} messages. {cost(turn)}
      </p>
      {broken === null && <p class="good">The turn before is the beginning of this one.</p>}
      {broken && (
        <>
          <p class="bad">
            Differs from the turn before in <code>{broken.path}</code>; {percent(broken.sameShare)}{' '}
            of that one is the same.
          </p>
          <div class="sides">
            <pre tabIndex={0} role="region" aria-label="Before">
              …{broken.before}
            </pre>
            <pre tabIndex={0} role="region" aria-label="Now">
              …{broken.after}
            </pre>
          </div>
        </>
      )}
    </>
  );
}

function cost({ inputTokens, cachedTokens = 0, cacheableTokens }: PrefixTurn): string {
  if (inputTokens === undefined) return 'The backend reported no usage.';
  const known = `${count(cachedTokens)} of ${count(inputTokens)} prompt tokens came from the cache`;
  if (cacheableTokens === undefined) return `${known}.`;
  const missed = Math.max(0, cacheableTokens - cachedTokens);
  return `${known}; ${count(missed)} more had been sent before.`;
}
