import type { Annotation } from '../../../contracts/responses/content.js';
import { findCitations, findFileCitations } from '../../translator/stream/text/find-citations.js';
import type { HostedTools } from './translation.js';

/** Finds what an answer cites of the pages and files that its tools brought. */
export function citationsOf(
  tools: HostedTools | undefined,
): ((text: string) => readonly Annotation[]) | undefined {
  if (tools === undefined) return undefined;
  const { sources, files } = tools;
  return (text) => [...findCitations(text, sources), ...findFileCitations(text, files)];
}
