/** Shorter names are within two edits of what systems set themselves, as HOME is of HOST. */
const SHORTEST_NAME = 8;

/** Kubernetes sets these for every service of the namespace, whatever its name. */
const SET_BY_SYSTEMS = /_(?:SERVICE_HOST|SERVICE_PORT\w*|PORT|PORT_\d+_\w+)$/;

/**
 * Finds variables that are meant to be a setting and are none: the same name in another case, or one within two edits of it. If
 * they were ignored, the service would start in front of the wrong backend or without its keys.
 */
export function findTypos(given: readonly string[], settings: readonly string[]): string[] {
  const known = new Set(settings);
  return given
    .filter((name) => !known.has(name) && name.length >= SHORTEST_NAME && name.length <= 64)
    .filter((name) => !SET_BY_SYSTEMS.test(name))
    .flatMap((name) => {
      const upper = name.toUpperCase();
      const meant = settings.find((setting) => isNear(upper, setting));
      return meant === undefined ? [] : [`${name} is no setting: ${meant} is meant?`];
    });
}

function isNear(name: string, setting: string): boolean {
  if (name === setting) return true;
  const apart = Math.abs(name.length - setting.length);
  return setting.length >= SHORTEST_NAME && apart <= 2 && distance(name, setting) <= 2;
}

/** Counts the insertions, deletions and substitutions of letters that make one text of the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 0; line < from.length; line++) {
    const next = [line + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (from[line] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
