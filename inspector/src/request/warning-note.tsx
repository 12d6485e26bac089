import type { JSX } from 'preact';
import type { AdvisedWarning } from '../../../src/inspector/views/contract.js';

/** Says what was lost or repaired, and what to do about it. */
export function WarningNote({ warning }: { warning: AdvisedWarning }): JSX.Element {
  const { code, kind, message, param, advice } = warning;
  return (
    <div class={`warning ${kind}`} role="note" aria-label={`Warning ${code}`}>
      <strong>{code}</strong> {param !== null && <code>{param}</code>} {message}
      <br />
      <em>{advice}</em>
    </div>
  );
}
