/** Behind these a JSON value begins, so that a fragment may repeat what stands before it and still be new. */
const VALUE_FOLLOWS = /[:,[]\s*$/;

/** These stand for arguments that are not there yet. */
export const PLACEHOLDER = /^\s*(?:\{\s*\}|null)\s*$/;
const LONGEST_PLACEHOLDER = 16;

/**
 * Gives what a fragment adds to the arguments of its call. Backends send them as deltas; some send everything so far again with
 * each fragment, the whole once more at the end, or an empty object first and the arguments behind it
 * (NousResearch/hermes-agent#35718, anomalyco/opencode#17339, microsoft/autogen#7549, 2026). A fragment is compared only when it
 * is as long as all before it, so the cost stays within the fragment's own length.
 */
export function newArguments(
  { arguments: before, mayBeWhole }: { arguments: string; mayBeWhole: boolean },
  fragment: string,
): { added: string; replaces: boolean } {
  if (before === '' || fragment.length < before.length) return { added: fragment, replaces: false };
  if (before.length <= LONGEST_PLACEHOLDER && PLACEHOLDER.test(before)) {
    return { added: fragment, replaces: fragment.trimStart().startsWith('{') };
  }
  const repeats = before.length > 1 && fragment.startsWith(before);
  if (!repeats || (VALUE_FOLLOWS.test(before.slice(-16)) && !mayBeWhole)) {
    return { added: fragment, replaces: false };
  }
  return { added: fragment.slice(before.length), replaces: false };
}
