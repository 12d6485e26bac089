import { defaultDialect } from '../../src/responses/backend/dialects/default.dialect.js';
import type { BackendDialect } from '../../src/responses/translator/dialect/dialect.js';

/** Gives the dialect of an unknown backend, changed where a test needs it. */
export function testDialect(overrides: Partial<BackendDialect> = {}): BackendDialect {
  return { ...defaultDialect, ...overrides };
}
