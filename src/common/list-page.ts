import { invalidRequest } from './error-table.js';

export interface PageQuery {
  after: string | undefined;
  limit: number;
  order: 'asc' | 'desc';
}

export interface ListPage<Item> {
  object: 'list';
  data: Item[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

/** Reads `after`, `limit` (1 to `longest`, 20), `order` (`desc`). @throws ApiError 400 naming the one that is wrong. */
export function readPageQuery(query: Readonly<Record<string, unknown>>, longest = 100): PageQuery {
  const { after, limit = '20', order = 'desc' } = query;
  if (order !== 'asc' && order !== 'desc')
    throw invalidRequest('order must be asc or desc.', 'order');
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1 || count > longest) {
    throw invalidRequest(`limit must be a whole number from 1 to ${longest}.`, 'limit');
  }
  return {
    after: typeof after === 'string' && after !== '' ? after : undefined,
    limit: count,
    order,
  };
}

export function toListPage<Item extends { id: string }>(
  data: Item[],
  hasMore: boolean,
): ListPage<Item> {
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

/** Gives the page with every item changed; ids stay as they are. */
export function mapPage<Item>(page: ListPage<Item>, change: (item: Item) => Item): ListPage<Item> {
  return { ...page, data: page.data.map(change) };
}

/** Gives a page of a list that is at hand, given oldest first. @throws ApiError 400 when `after` is not in it. */
export function pageOf<Item extends { id: string }>(
  items: readonly Item[],
  { after, limit, order }: PageQuery,
): ListPage<Item> {
  const ordered = order === 'asc' ? items : [...items].reverse();
  const start = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) throw unknownAfter();
  return toListPage(ordered.slice(start, start + limit), ordered.length > start + limit);
}

export function unknownAfter(): Error {
  return invalidRequest('after is no item of this list.', 'after');
}
