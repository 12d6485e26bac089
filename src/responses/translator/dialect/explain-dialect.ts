import type { BackendDialect } from './dialect.js';

/** Says what a field of a dialect is, and who had the last word on it. */
export interface DialectFact {
  field: string;
  /** It is JSON; a set is a list, an expression its source. */
  value: unknown;
  setBy: string;
}

/** Names who changed a dialect, and what it was from then on. */
export type DialectStage = readonly [setBy: string, dialect: BackendDialect];

/** Tells each field and who set it: the last stage at which it became another one. The first stage is the default. */
export function explainDialect(stages: readonly DialectStage[]): DialectFact[] {
  const facts = new Map<string, DialectFact & { text: string }>();
  for (const [setBy, dialect] of stages) {
    for (const [field, given] of Object.entries(dialect)) {
      const value = asJson(given);
      const text = JSON.stringify(value);
      if (facts.get(field)?.text !== text) facts.set(field, { field, value, setBy, text });
    }
  }
  return [...facts.values()].map(({ field, value, setBy }) => ({ field, value, setBy }));
}

function asJson(value: unknown): unknown {
  if (value instanceof Set) return [...(value as Set<unknown>)];
  if (Array.isArray(value)) return value.map(asJson);
  return isExpression(value) ? value.source : (value ?? null);
}

function isExpression(value: unknown): value is { source: string } {
  return Object.prototype.toString.call(value) === '[object RegExp]';
}
