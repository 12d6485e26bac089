import { usualFields, type BackendDialect } from '../../translator/dialect/dialect.js';
import { overflowWordings } from '../errors/error-wordings.js';
import { commonFields, fields, openEngineFields } from './allowed-fields.js';

/** An unknown backend gets what open engines, strict chat templates and strict validators all take. */
export const defaultDialect: BackendDialect = {
  name: 'default',
  ...usualFields,
  allowedFields: fields(commonFields, openEngineFields),
  overflowPatterns: overflowWordings,
};

/** Every other preset starts from this: these backends are known to take what an unknown one might refuse. */
export const knownDialect: BackendDialect = {
  ...defaultDialect,
  toolMessageName: true,
  contentBesideCalls: 'null',
};
