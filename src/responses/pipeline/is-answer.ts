import type { ResponseEvent } from '../../contracts/responses/events.js';

/** Tells what a backend's answer brought from the opening, which is the same whoever answers. */
export function isAnswer({ type }: ResponseEvent): boolean {
  return type !== 'response.created' && type !== 'response.in_progress';
}
