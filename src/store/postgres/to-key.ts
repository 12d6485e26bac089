import { createHash } from 'node:crypto';

/** An index takes some 2,700 bytes in all. */
const longestKey = 500;

/**
 * Makes an id that PostgreSQL can keep and look up. Clients name ids too, and a text with NUL is refused by the database, a lone
 * surrogate changed, and a long one does not fit into an index: those are known by their hash.
 */
export function toKey(id: string): string {
  if (id.length <= longestKey && id.isWellFormed() && !id.includes('\0')) return id;
  return `sha256:${createHash('sha256').update(id, 'utf16le').digest('hex')}`;
}
