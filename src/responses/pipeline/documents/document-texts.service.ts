import { Injectable } from '@nestjs/common';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import { dialectFor } from '../../backend/dialect-for.js';
import type { RoutePlan } from '../../backend/routes/route-plan.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import type { DocumentText, DocumentTextOf } from '../../translator/document-text.js';
import type { KnownFiles } from '../../translator/known-files.js';
import { documentsOf } from '../../translator/request/content/documents.js';
import { conversationItems } from '../../translator/request/items/input-items.js';
import { TextMemory } from '../memory/text-memory.js';
import type { ResponseCall } from '../call/response-call.js';
import { readDocument } from './read-document.js';

type DocumentCall = Pick<ResponseCall, 'history' | 'identity' | 'id' | 'asChat'>;

/**
 * Has the text of PDF and Office files read for models that take no such files, as their dialects say. A text is remembered in this
 * process for its caller, so that the next turn need not read it again.
 */
@Injectable()
export class DocumentTexts {
  private readonly memory = new TextMemory();

  /** Reads what a request and its history hold, one after the other. @throws ApiError 503 where too many wait for it. */
  async of(
    request: CreateResponseBody,
    { history = [], identity, id, asChat }: DocumentCall,
    { targets }: RoutePlan,
    files: KnownFiles | undefined,
  ): Promise<DocumentTextOf | undefined> {
    if (!targets.some((target) => wantsText(dialectFor(target, asChat)))) return undefined;
    const texts = new Map<string, DocumentText>();
    for (const document of documentsOf(conversationItems(request, history), files)) {
      texts.set(document, await this.read(identity ?? id, document));
    }
    return (base64) => texts.get(base64);
  }

  private async read(caller: string, document: string): Promise<DocumentText> {
    const known = this.memory.recall(caller, document);
    if (known !== undefined) return JSON.parse(known) as DocumentText;
    const read = await readDocument(document);
    // What failed for want of time may do better next time.
    if (read.problem === undefined) this.memory.remember(caller, document, JSON.stringify(read));
    return read;
  }
}

function wantsText({ fileText, fileParts }: BackendDialect): boolean {
  return fileText === 'always' || (fileText === 'missing' && !fileParts);
}
