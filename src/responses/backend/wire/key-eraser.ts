import { formsOf } from '../errors/scrub-keys.js';
import type { Replacement } from './byte-replacer.js';

const MASK = '***';

/** The operator's key in all its encodings, masked: for bytes that go to a client as the backend sent them. */
export function maskedForms(apiKey: string): readonly Replacement[] {
  return formsOf(apiKey).map((form) => [form, MASK]);
}
