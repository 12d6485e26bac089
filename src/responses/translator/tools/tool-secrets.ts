import type { ResponseTool } from '../../../contracts/responses/tools.js';

const secretFields = new Set(['authorization', 'headers']);

/**
 * Leaves out what a tool carries to log in elsewhere: it is neither echoed nor kept (OpenAI does the same with `mcp`). A function
 * has no such fields.
 */
export function withoutToolSecrets(tool: ResponseTool): ResponseTool {
  if (tool.type === 'function') return tool;
  const shown = Object.entries(tool).filter(([name]) => !secretFields.has(name));
  return { ...Object.fromEntries(shown), type: tool.type };
}
