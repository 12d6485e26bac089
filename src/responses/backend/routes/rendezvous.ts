import { createHash } from 'node:crypto';

/** Of a SHA-256 the first bytes as a number between 0 and 1, both excluded. */
const BYTES = 6;

/**
 * Rendezvous hashing with weights: each target draws a number that depends on itself and the key alone, and the smallest
 * comes first. So every replica has the same order without telling the others; a target that goes, or comes back, moves
 * only the keys that are its own; and over many keys each target is first as often as its weight says.
 */
export function rendezvous<Target extends { weight: number; name: string }>(
  targets: readonly Target[],
  key: string,
): Target[] {
  return targets
    .map((target) => ({ target, draw: -Math.log(fraction(target.name, key)) / target.weight }))
    .sort((one, other) => one.draw - other.draw)
    .map(({ target }) => target);
}

function fraction(name: string, key: string): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([name, key]))
    .digest();
  return (digest.readUIntBE(0, BYTES) + 0.5) / 2 ** (8 * BYTES);
}
