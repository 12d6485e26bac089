import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** Puts a text on the clipboard, which browsers allow on this machine or over HTTPS. */
export function CopyButton({ text, what }: { text: string; what: string }): JSX.Element {
  const [said, setSaid] = useState('Copy');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Not allowed here');
    }
  };
  return (
    <button type="button" class="quiet" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      {said}
    </button>
  );
}
