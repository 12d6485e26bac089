import { invalidRequest } from '../../../common/error-table.js';
import { asArray, asCount, asRecord, nonEmptyText, type JsonRecord } from '../../../common/json.js';

/** One request may have so many commands. */
const MOST_COMMANDS = 16;

export type SearchCommand =
  | { kind: 'search'; query: string; domains: readonly unknown[]; recencyDays: number | undefined }
  | { kind: 'open'; url: string; line: number }
  | { kind: 'click'; url: string; link: number }
  | { kind: 'find'; url: string; pattern: string }
  | { kind: 'unknown'; name: string };

/**
 * Reads the commands of Codex's own search. Source: codex-rs/codex-api/src/search.rs (openai/codex, September 2026).
 * @throws ApiError 400 with `param`.
 */
export function readCommands(body: JsonRecord): SearchCommand[] {
  const given = asRecord(body.commands);
  if (given === undefined) throw invalidRequest('Must be an object.', 'commands');
  const commands = Object.entries(given).flatMap(([name, list]) =>
    name === 'response_length' || list == null ? [] : readList(name, asArray(list)),
  );
  if (commands.length > MOST_COMMANDS) {
    throw invalidRequest(`At most ${MOST_COMMANDS} commands may be given.`, 'commands');
  }
  return commands;
}

function readList(name: string, list: readonly unknown[]): SearchCommand[] {
  const entries = list.map((entry) => asRecord(entry) ?? {});
  const url = ({ ref_id: id }: JsonRecord): string => nonEmptyText(id) ?? '';
  switch (name) {
    case 'search_query':
      return entries.map(({ q, domains, recency }) => ({
        kind: 'search',
        query: nonEmptyText(q) ?? '',
        domains: asArray(domains),
        recencyDays: asCount(recency),
      }));
    case 'open':
      return entries.map((entry) => ({
        kind: 'open',
        url: url(entry),
        line: asCount(entry.lineno) ?? 1,
      }));
    case 'click':
      return entries.map((entry) => ({
        kind: 'click',
        url: url(entry),
        link: asCount(entry.id) ?? -1,
      }));
    case 'find':
      return entries.map((entry) => ({
        kind: 'find',
        url: url(entry),
        pattern: nonEmptyText(entry.pattern) ?? '',
      }));
    default:
      return list.length === 0 ? [] : [{ kind: 'unknown', name: name.slice(0, 50) }];
  }
}
