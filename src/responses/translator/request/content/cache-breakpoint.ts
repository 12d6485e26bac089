import { isRecord, type JsonRecord } from '../../../../common/json.js';
import type { BackendDialect } from '../../dialect/dialect.js';

/** The types of OpenAI have the mark on these parts, and on the chat parts that they become. */
const MARKED_TYPES: ReadonlySet<unknown> = new Set([
  'input_text',
  'text',
  'input_image',
  'image_url',
  'input_file',
  'file',
]);

/**
 * Gives the mark `{mode: "explicit", ttl?}` that ends a cached prefix at a part (OpenAI's types, November 2026). A backend that
 * takes `prompt_cache_options` takes it.
 */
export function cacheBreakpoint(
  { type, prompt_cache_breakpoint: mark }: JsonRecord,
  { allowedFields }: Pick<BackendDialect, 'allowedFields'>,
): JsonRecord | undefined {
  const isTaken = MARKED_TYPES.has(type) && allowedFields.has('prompt_cache_options');
  return isTaken && isRecord(mark) ? mark : undefined;
}
