import type { InputItem } from '../../../contracts/responses/items.js';
import type { FindFiles } from '../../translator/known-files.js';
import type { FindThoughts } from '../../translator/thought.js';

/** Says what a request has to do with state. */
export interface RequestState {
  owner: string;
  /** The translation gets this body: references are replaced by their items, `background` is taken out. */
  body: unknown;
  /** Holds earlier items, oldest first; undefined when the request names none. */
  history: readonly InputItem[] | undefined;
  /** Finds what calls of stored responses were thought of; it is undefined where nothing is kept. */
  findThoughts?: FindThoughts | undefined;
  /** Finds uploaded files; undefined where none are kept. */
  findFiles?: FindFiles | undefined;
  conversationId: string | undefined;
  stored: boolean;
  background: boolean;
}

/** Gives what a call of the pipeline is told of state. */
export function knownOf({
  history,
  findThoughts,
  findFiles,
}: RequestState): Pick<RequestState, 'history' | 'findThoughts' | 'findFiles'> {
  return { history, findThoughts, findFiles };
}
