import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

/** The smallest PNG. */
export const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const HITS = [
  {
    id: 'doc_1',
    path: 'moon.md',
    body: { text: 'The moon is grey.' },
    rank: 0.9,
    meta: { team: 'a' },
  },
  { id: 'doc_2', path: 'mars.md', body: { text: 'Mars is red.' }, rank: 0.4, meta: { team: 'b' } },
];

/** Gives tools that an operator maps OpenAI's own to. `asked` keeps what they were called with. */
export function labTools(
  server: McpServer,
  asked: unknown[],
  onRun: (code: string) => void = () => undefined,
): void {
  const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] });
  let runs = 0;
  server.registerTool('find', { inputSchema: z.looseObject({ q: z.string() }) }, (given) => {
    asked.push(given);
    if (given.q === 'broken') return { ...text('The index is down.'), isError: true };
    return text(JSON.stringify({ took: 3, hits: given.q === 'nothing' ? [] : HITS }));
  });
  server.registerTool('run', { inputSchema: z.looseObject({ code: z.string() }) }, (given) => {
    asked.push(given);
    onRun(given.code);
    if (given.code.includes('raise')) return { ...text('Traceback: no'), isError: true };
    if (given.code === 'pass') return { content: [] };
    const image = { type: 'image' as const, data: PIXEL, mimeType: 'image/png' };
    return { content: [...text(`run ${++runs}`).content, image] };
  });
  server.registerTool(
    'draw',
    { inputSchema: z.looseObject({ text: z.string() }) },
    async (given, { _meta, sendNotification }) => {
      asked.push(given);
      if (given.text === 'forbidden') return { ...text('Not this one.'), isError: true };
      const { progressToken } = _meta ?? {};
      for (const progress of progressToken === undefined ? [] : [1, 2, 3]) {
        const message = `data:image/png;base64,${PIXEL}`;
        const params = { progressToken: progressToken!, progress, message };
        await sendNotification({ method: 'notifications/progress', params });
      }
      const types = given.text === 'three of them' ? ['png', 'webp', 'jpeg'] : ['png'];
      const image = (type: string) => ({
        ...{ type: 'image' as const, data: PIXEL, mimeType: `image/${type}` },
      });
      return { content: types.map(image) };
    },
  );
  server.registerTool('web', { inputSchema: z.looseObject({ query: z.string() }) }, (given) => {
    asked.push(given);
    if (given.query === 'words') return text('It is grey, all say so.');
    return text(
      'Results:\n\nTitle: Moon\nURL: https://moon.example/grey\nIt is grey.\n\n- [Mars](https://mars.example/)\n\nIt is red.',
    );
  });
}

/** The map of these tools, as an operator writes it. */
export const LAB_MAP = `
map:
  file_search:
    server: lab
    tool: find
    arguments: { q: $query, stores: $vector_store_ids, fixed: '$$5' }
    results: { list: hits, file_id: id, filename: path, text: body.text, score: rank, attributes: meta }
  code_interpreter:
    server: lab
    tool: run
    arguments: { code: $code, session: $container_id }
  image_generation:
    server: lab
    tool: draw
    arguments: { text: $prompt, size: $size }
  web_search:
    server: lab
    tool: web
`;
