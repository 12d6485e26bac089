import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { CallView, RequestDetail } from '../../../src/inspector/views/contract.js';
import { PartCard, type Linking } from './part-card.js';
import { backendParts, keyOf, linksOf, requestParts, warningsByPart, type Parts } from './parts.js';
import { SettingsList } from './settings-list.js';
import { WarningNote } from './warning-note.js';

/** Shows a request and what it became for the backend; what belongs together lights up together. */
export function SideBySide({
  detail,
  call,
}: {
  detail: RequestDetail;
  call: CallView | undefined;
}): JSX.Element {
  const [pointed, point] = useState<string | undefined>();
  const left = useMemo(() => requestParts(detail.body, detail.history), [detail]);
  const right = useMemo(
    () => (call === undefined ? undefined : backendParts(call.request)),
    [call],
  );
  const links = useMemo(() => shownLinks(left, right, call), [left, right, call]);
  const warnings = useMemo(() => warningsByPart(detail.warnings, left), [detail, left]);
  const lit = new Set(pointed === undefined ? [] : [pointed, ...(links.get(pointed) ?? [])]);
  const linking: Linking = { links, warnings, lit, point };
  return (
    <>
      {(warnings.get('') ?? []).map((warning) => (
        <WarningNote key={warning.code + warning.message} warning={warning} />
      ))}
      <div class="sides">
        <section aria-labelledby="side-request">
          <h2 id="side-request">Responses request</h2>
          <PartsView parts={left} linking={linking} />
        </section>
        <section aria-labelledby="side-backend">
          <h2 id="side-backend">{titleOf(call)}</h2>
          {right === undefined ? (
            <p>Nothing went out to a backend.</p>
          ) : (
            <PartsView parts={right} linking={linking} />
          )}
        </section>
      </div>
    </>
  );
}

function titleOf(call: CallView | undefined): string {
  return call === undefined || 'messages' in call.request
    ? 'Chat Completions request'
    : 'Responses request to the backend';
}

function PartsView({ parts, linking }: { parts: Parts; linking: Linking }): JSX.Element {
  return (
    <>
      <SettingsList parts={parts.settings} linking={linking} />
      {parts.turns.map((part) => (
        <PartCard key={part.path} part={part} linking={linking} />
      ))}
      {parts.tools.length > 0 && <h3>{parts.tools.length} tools</h3>}
      {parts.tools.map((part) => (
        <PartCard key={part.path} part={part} linking={linking} isFolded />
      ))}
    </>
  );
}

/** A link may name a setting that was not given, or a message that was left out: then there is nothing to light up. */
function shownLinks(
  left: Parts,
  right: Parts | undefined,
  call: CallView | undefined,
): Linking['links'] {
  if (right === undefined || call === undefined) return new Map();
  const shown = new Set(
    [left, right].flatMap(({ settings, turns, tools }) =>
      [...settings, ...tools, ...turns, ...turns.flatMap(({ inner }) => inner)].map(keyOf),
    ),
  );
  const links = [...linksOf(call)].filter(([from]) => shown.has(from));
  return new Map(links.map(([from, to]) => [from, to.filter((other) => shown.has(other))]));
}
