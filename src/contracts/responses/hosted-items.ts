/** Items of tools that the service runs itself: a call and what came of it in one. Source: the types of OpenAI's SDK. */

export interface FileSearchResult {
  file_id: string;
  filename: string;
  score: number;
  text: string;
  attributes?: Record<string, string | number | boolean> | null;
}

/** `results` only where the request includes `file_search_call.results`. */
export interface FileSearchCallItem {
  type: 'file_search_call';
  id: string;
  queries: string[];
  results: FileSearchResult[] | null;
  status: 'in_progress' | 'searching' | 'completed' | 'incomplete' | 'failed';
}

export type HostedItem = FileSearchCallItem;
