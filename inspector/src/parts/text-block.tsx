import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** So much is shown at once; a conversation may hold megabytes. */
const SHOWN = 4_000;

/** Shows a text as it is, the rest of a long one on demand. It can be reached by keyboard, since it scrolls. */
export function TextBlock({ text, label }: { text: string; label: string }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const isLong = text.length > SHOWN;
  return (
    <>
      <pre tabIndex={0} role="region" aria-label={label}>
        {isLong && !isWhole ? text.slice(0, SHOWN) : text}
      </pre>
      {isLong && !isWhole && (
        <button
          type="button"
          onClick={() => {
            setWhole(true);
          }}
        >
          Show all {text.length.toLocaleString('en')} characters
        </button>
      )}
    </>
  );
}
