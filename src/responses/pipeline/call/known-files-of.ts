import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { KnownFiles } from '../../translator/known-files.js';
import { fileIdsOf } from '../../translator/request/content/documents.js';
import { conversationItems } from '../../translator/request/items/input-items.js';
import type { ResponseCall } from './response-call.js';

/** Finds the files that a request and its history name; undefined where no files are kept. */
export async function knownFilesOf(
  request: CreateResponseBody,
  { history = [], findFiles }: Pick<ResponseCall, 'history' | 'findFiles'>,
): Promise<KnownFiles | undefined> {
  if (findFiles === undefined) return undefined;
  const ids = fileIdsOf(conversationItems(request, history));
  return ids.length === 0 ? new Map() : findFiles(ids);
}
