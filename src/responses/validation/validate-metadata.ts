import { invalidType, tooLong } from '../../common/field-errors.js';
import { isRecord } from '../../common/json.js';

/** OpenAI bounds the metadata of responses and conversations so (platform.openai.com, API reference, "metadata", 2026). */
const PAIRS = 16;
const KEY_LENGTH = 64;
const VALUE_LENGTH = 512;

/**
 * Allows at most 16 pairs, with keys of 64 and texts of 512 characters; null and undefined mean none.
 * @throws ApiError 400 whose `param` is `metadata` or `metadata.KEY`.
 */
export function validateMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined || metadata === null) return {};
  if (!isRecord(metadata)) throw invalidType('metadata', 'an object', metadata);
  const entries = Object.entries(metadata);
  if (entries.length > PAIRS) throw tooLong('metadata', 'object', `${PAIRS} pairs`);
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key.length > KEY_LENGTH) {
        throw tooLong('metadata', 'string', `${KEY_LENGTH} characters for a key`);
      }
      if (typeof value !== 'string') throw invalidType(`metadata.${key}`, 'a string', value);
      if (value.length > VALUE_LENGTH) {
        throw tooLong(`metadata.${key}`, 'string', `${VALUE_LENGTH} characters`);
      }
      return [key, value];
    }),
  );
}
