import type { JSX } from 'preact';
import type { AdvisedWarning } from '../../../src/inspector/views/contract.js';
import { json } from '../service/format.js';
import { TextBlock } from '../parts/text-block.js';
import { keyOf, type Part } from './parts.js';
import { WarningNote } from './warning-note.js';

/** Knows which parts belong together, and which of them is pointed at. */
export interface Linking {
  links: ReadonlyMap<string, readonly string[]>;
  warnings: ReadonlyMap<string, readonly AdvisedWarning[]>;
  /** Keys of the part that is pointed at, and of what it belongs to. */
  lit: ReadonlySet<string>;
  point: (key: string | undefined) => void;
}

interface PartCardProps {
  part: Part;
  linking: Linking;
  /** Only the head is shown until it is opened. */
  isFolded?: boolean;
}

/** Shows one part; pointing at it, or reaching it by keyboard, lights up what it became. */
export function PartCard({ part, linking, isFolded = false }: PartCardProps): JSX.Element {
  const key = keyOf(part);
  const { links, warnings, lit, point } = linking;
  const others = links.get(key) ?? [];
  const notes = warnings.get(key) ?? [];
  const label = `${part.path} ${part.title}`.trim();
  const text = typeof part.value === 'string' ? part.value : json(part.value);
  const body = <TextBlock text={text} label={label} />;
  return (
    <div
      id={key}
      class={`part ${lit.has(key) ? 'lit' : ''}`}
      role="group"
      aria-label={label}
      tabIndex={-1}
      onMouseOver={(event) => {
        event.stopPropagation();
        point(key);
      }}
      onMouseLeave={() => {
        point(undefined);
      }}
      onFocusIn={(event) => {
        event.stopPropagation();
        point(key);
      }}
    >
      <p class="head">
        <code>{part.path}</code> {part.title}
        {others.map((other) => (
          <LinkButton key={other} to={other} />
        ))}
      </p>
      {notes.map((warning) => (
        <WarningNote key={warning.code + warning.message} warning={warning} />
      ))}
      {isFolded ? (
        <details>
          <summary>Definition</summary>
          {body}
        </details>
      ) : (
        body
      )}
      {part.inner.map((inner) => (
        <PartCard key={inner.path} part={inner} linking={linking} />
      ))}
    </div>
  );
}

/** Leads to the other side, also without a mouse. */
export function LinkButton({ to }: { to: string }): JSX.Element | null {
  const path = to.slice(to.indexOf(':') + 1);
  return (
    <button
      type="button"
      class="link"
      aria-label={`Go to ${path} on the other side`}
      onClick={() => {
        const target = document.getElementById(to);
        target?.scrollIntoView({ block: 'center' });
        target?.focus({ preventScroll: true });
      }}
    >
      ↔ {path}
    </button>
  );
}
