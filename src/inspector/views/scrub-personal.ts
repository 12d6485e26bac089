import { scrubSecrets } from '../../logging/scrub-secrets.js';

/** These fields say who somebody is, or carry what a client says of its user. */
const personal: ReadonlySet<string> = new Set([
  ...['user', 'safety_identifier', 'metadata', 'client_metadata', 'prompt_cache_key'],
  ...['user_location', 'conversation', 'session_id', 'encrypted_content', 'system_fingerprint'],
]);

const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;
const HOME = /(\/home\/|\/Users\/|[A-Z]:\\{1,4}Users\\{1,4})[^\s/\\"':]{1,64}/g;

/** Writes a value as JSON without keys, mail addresses, names of home folders and fields that say who somebody is. */
export function scrubPersonal(value: unknown): string {
  const json = JSON.stringify(value, (name, field: unknown) =>
    personal.has(name) && field !== null ? emptied(field) : field,
  );
  return scrubSecrets(json).replace(EMAIL, 'someone@example.com').replace(HOME, '$1someone');
}

function emptied(field: unknown): unknown {
  if (typeof field === 'object') return Array.isArray(field) ? [] : {};
  return typeof field === 'string' ? '***' : field;
}
