import { definePlugin } from 'responses-proxy';

/** What is searched. A real one would ask an index. */
const files = { 'moon.md': 'The moon is grey.', 'mars.md': 'Mars is red.' };

function search(queries) {
  const words = queries.join(' ').toLowerCase().split(/\W+/).filter(Boolean);
  return Object.entries(files)
    .filter(([, text]) => words.some((word) => text.toLowerCase().includes(word)))
    .map(([filename, text]) => ({ file_id: filename, filename, score: 1, text }));
}

/** What the model is told of the tool, and the item that a client sees of its calls. */
const adapter = {
  toolType: 'file_search',
  itemIdPrefix: 'fs',
  runsHere: true,
  needsWholeArguments: true,
  declare() {
    const queries = { type: 'array', items: { type: 'string' } };
    const parameters = { type: 'object', properties: { queries }, required: ['queries'] };
    const named = { name: 'file_search', description: 'Searches the files.', parameters };
    return [{ identity: { type: 'file_search', name: 'file_search' }, function: named }];
  },
  openCall({ itemId }) {
    let text = '';
    return {
      item: (status) => ({
        type: 'file_search_call',
        id: itemId,
        queries: queriesIn(text),
        results: null,
        status,
      }),
      push(fragment) {
        text += fragment;
        return [];
      },
      finish: () => [],
    };
  },
};

/** Models also send what is no list, or no JSON. */
function queriesIn(text) {
  try {
    return [JSON.parse(text).queries ?? []].flat().map(String);
  } catch {
    return [];
  }
}

/** Runs `file_search` in the service: the model reads what was found, and the client sees that it was searched. */
export default definePlugin({
  name: 'file-search',
  toolExecutors: [
    {
      toolTypes: ['file_search'],
      open: () => ({
        adapters: [adapter],
        async run({ item }) {
          const found = search(item.queries);
          const text = found.map(({ filename, text: part }) => `${filename}: ${part}`).join('\n');
          return {
            item: { ...item, status: 'completed', results: found },
            output: { text: text || 'Nothing was found.', attachments: [] },
          };
        },
      }),
    },
  ],
});
