import type { DialectField } from './field-kinds.js';
import { messageDialect } from './message-fields.js';
import { responsesDialect } from './responses-fields.js';
import { thoughtDialect } from './thought-fields.js';
import { toolDialect } from './tool-fields.js';

/**
 * Says as data how one backend speaks Chat Completions. A field is one entry here: its values, what it is where nothing is
 * known, and what it says. The types, the checks of BACKEND_PROFILES and the table in docs/backends.md come from it.
 */
export const dialectFields = {
  ...messageDialect,
  ...thoughtDialect,
  ...toolDialect,
  ...responsesDialect,
} as const;

type FieldValues = {
  readonly [Name in keyof typeof dialectFields]: (typeof dialectFields)[Name]['usual'];
};

/**
 * Says how one backend speaks. Presets are in `backend/dialects/`, families in `backend/families/`; the translator only reads.
 */
export interface BackendDialect extends FieldValues {
  readonly name: string;
  /** This header carries the key where it is not `Authorization: Bearer KEY`. */
  readonly apiKeyHeader?: 'api-key';
  /** This backend takes these optional request fields. Whatever is not here is dropped with a warning. */
  readonly allowedFields: ReadonlySet<string>;
  /** The same for a backend that is asked in the Responses API, which then has them as `allowedFields`. */
  readonly responsesFields?: ReadonlySet<string>;
  /** The backend is asked in this API; where it is not said, in Chat Completions. */
  readonly api?: 'responses';
  /** Names who sealed what goes through clients, where the preset's name does not tell it from others. */
  readonly vendor?: string;
  /** An error in one of these wordings means that the conversation is too long for the model. */
  readonly overflowPatterns: readonly RegExp[];
}

/** Gives every field as it is where nothing is known of a backend. */
export const usualFields = Object.fromEntries(
  Object.entries<DialectField>(dialectFields).map(([name, { usual }]) => [name, usual]),
) as unknown as FieldValues;
