import type { JSX } from 'preact';

/** Says what went wrong, in the service's own words. */
export function Problem({ error }: { error: unknown }): JSX.Element | null {
  if (error === undefined) return null;
  return (
    <p class="problem" role="alert">
      {error instanceof Error ? error.message : 'Something went wrong.'}
    </p>
  );
}
