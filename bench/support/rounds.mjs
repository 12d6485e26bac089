/** Every round begins with another target: the first one pays for what the last round left behind. */
export function inTurn(list, round) {
  const start = Math.max(0, round) % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
