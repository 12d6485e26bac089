import type { Settings } from '../../../config/settings.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { commonResponsesFields, fields } from './allowed-fields.js';

const usualResponsesFields = fields(commonResponsesFields);

/**
 * Gives a preset for the API that the backend is asked in. What a backend seals in its Responses API is bound to its host and its
 * account, so another entry of BACKENDS_FILE is another vendor.
 */
export function forApi(
  dialect: BackendDialect,
  { api, name, url }: Pick<Settings['backend'], 'api' | 'name' | 'url'>,
): BackendDialect {
  if (api !== 'responses') return dialect;
  return {
    ...dialect,
    api,
    vendor: `${dialect.name} ${name} ${url.host}`,
    allowedFields: dialect.responsesFields ?? usualResponsesFields,
  };
}
