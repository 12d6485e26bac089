/** Bounds a map whose keys come from outside: what was set first makes room. It is called after each new key. */
export function keepNewest<Key>(map: Map<Key, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
