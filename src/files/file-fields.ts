import { invalidRequest } from '../common/error-table.js';
import { missingParameter, unsupportedValue } from '../common/field-errors.js';
import { readPageQuery } from '../common/list-page.js';
import type { FilePageRequest } from '../store/file-store.port.js';
import type { UploadForm } from './upload-form.js';

const PURPOSES = ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'] as const;

/** OpenAI takes an hour to 30 days, and gives so many files at once. */
const shortestSeconds = 3_600;
const longestSeconds = 2_592_000;
const longestPage = 10_000;

/** Says what a form tells about its file. */
export interface FileFields {
  purpose: string;
  /** It is gone so long after it was made; undefined says nothing. */
  expiresAfterSeconds: number | undefined;
}

/** Reads the fields beside the file. @throws ApiError 400 naming the one that is wrong. */
export function readFileFields({ fields }: UploadForm): FileFields {
  const purpose = fields.get('purpose');
  if (purpose === undefined || purpose === '') throw missingParameter('purpose');
  if (!PURPOSES.some((known) => known === purpose)) {
    throw unsupportedValue('purpose', purpose, PURPOSES);
  }
  const anchor = fields.get('expires_after[anchor]');
  const seconds = fields.get('expires_after[seconds]');
  if (anchor === undefined && seconds === undefined) {
    return { purpose, expiresAfterSeconds: undefined };
  }
  if (anchor === undefined) throw missingParameter('expires_after.anchor');
  if (anchor !== 'created_at') {
    throw unsupportedValue('expires_after.anchor', anchor, ['created_at']);
  }
  const count = Number(seconds);
  if (!Number.isInteger(count) || count < shortestSeconds || count > longestSeconds) {
    const message = `expires_after.seconds must be a whole number from ${shortestSeconds} to ${longestSeconds}.`;
    throw invalidRequest(message, 'expires_after.seconds');
  }
  return { purpose, expiresAfterSeconds: count };
}

/** Reads `after`, `limit` (1 to 10,000, 10,000), `order` (`desc`), `purpose`. @throws ApiError 400 naming the one that is wrong. */
export function readFilePageQuery(query: Readonly<Record<string, unknown>>): FilePageRequest {
  const { purpose } = query;
  const page = readPageQuery({ limit: String(longestPage), ...query }, longestPage);
  return { ...page, purpose: typeof purpose === 'string' && purpose !== '' ? purpose : undefined };
}
