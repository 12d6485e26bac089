import type { ResponseEvent } from '../../contracts/responses/events.js';

/** Events of so many characters hold the thread up for some milliseconds when they are written as JSON, read or kept. */
const largeCharacters = 256 * 1024;

/** What stands around each value in JSON, roughly. */
const charactersAround = 8;

/** Tells whether events are better worked on piece by piece. A look costs no more than `largeCharacters` do. */
export function areLarge(events: readonly ResponseEvent[]): boolean {
  return jsonCharactersOf(events) >= largeCharacters;
}

/** Gives the first events that are worked on in one go: one at least, and a large one by itself. */
export function firstPiece(events: readonly ResponseEvent[]): ResponseEvent[] {
  let characters = 0;
  let count = 0;
  for (const event of events) {
    characters += jsonCharactersOf(event);
    if (count > 0 && characters >= largeCharacters) break;
    count += 1;
  }
  return events.slice(0, count);
}

/** Counts the characters of a value as JSON, roughly, until they are too many. */
export function jsonCharactersOf(value: unknown, most = largeCharacters): number {
  const left: unknown[] = [value];
  let characters = 0;
  while (left.length > 0 && characters < most) {
    const next = left.pop();
    characters += typeof next === 'string' ? next.length : charactersAround;
    if (typeof next !== 'object' || next === null) continue;
    for (const inner of Object.values(next)) left.push(inner);
  }
  return characters;
}
