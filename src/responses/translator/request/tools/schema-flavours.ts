import type { JsonRecord } from '../../../../common/json.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { withDescriptions } from './described-words.js';
import { cutForGemini, inGeminisWords } from './gemini-words.js';
import { cutForLlamaCpp } from './llamacpp-words.js';
import { inMoonshotsWords } from './moonshot-words.js';
import { cutForStrict, inStrictWords } from './openai-words.js';
import { arrayWithItems, inPlainWords, inSteps, type SchemaStep } from './schema-steps.js';
import {
  cutForCerebras,
  cutForXai,
  inAnthropicsWords,
  inCerebrasWords,
  unnameable,
} from './vendor-words.js';

/** Says how one reader wants a schema, level by level. */
export interface SchemaFlavour {
  /** Says the same in the reader's keywords. */
  words: SchemaStep;
  /** Leaves out keywords that the reader has no word for; each is told. */
  cut: SchemaStep;
  /** Readers that resolve references themselves also take a schema that contains itself. */
  references: 'kept' | 'inlined';
  /** Names what else a level loses. */
  lost?: (schema: JsonRecord) => readonly string[];
}

const asIs: SchemaStep = (schema) => schema;
const anthropic: SchemaFlavour = {
  words: inAnthropicsWords,
  cut: asIs,
  references: 'inlined',
  lost: unnameable,
};

const flavours: Readonly<Record<BackendDialect['schemaDialect'], SchemaFlavour>> = {
  full: { words: asIs, cut: asIs, references: 'kept' },
  inlined: { words: asIs, cut: asIs, references: 'inlined' },
  gemini: { words: inGeminisWords, cut: cutForGemini, references: 'inlined' },
  moonshot: { words: inMoonshotsWords, cut: asIs, references: 'kept' },
  llamacpp: { words: asIs, cut: cutForLlamaCpp, references: 'kept' },
  described: { words: withDescriptions, cut: asIs, references: 'kept' },
  openai: { words: arrayWithItems, cut: asIs, references: 'kept' },
  xai: { words: inPlainWords, cut: cutForXai, references: 'kept' },
  cerebras: { words: inCerebrasWords, cut: cutForCerebras, references: 'inlined' },
  anthropic,
  bedrock: anthropic,
};

/**
 * Gives the flavour of a dialect. `strict` counts where the reader has a strict mode of its own, narrower than what it takes
 * otherwise.
 */
export function flavourOf(dialect: BackendDialect['schemaDialect'], strict = false): SchemaFlavour {
  const flavour = flavours[dialect];
  if (!strict || !hasStrictMode(dialect)) return flavour;
  return {
    words: inSteps(flavour.words, inStrictWords),
    cut: inSteps(flavour.cut, cutForStrict),
    references: flavour.references,
  };
}

export function hasStrictMode(dialect: BackendDialect['schemaDialect']): boolean {
  return dialect === 'openai' || dialect === 'cerebras';
}
