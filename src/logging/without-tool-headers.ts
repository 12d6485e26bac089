import { isRecord } from '../common/json.js';
import { withoutToolSecrets } from '../responses/translator/tools/tool-secrets.js';

/** Leaves out what the tools of a body log in with: such headers may have any name, so no pattern would know them. */
export function withoutToolHeaders(body: unknown): unknown {
  if (!isRecord(body) || !Array.isArray(body.tools)) return body;
  const tools = body.tools.map((tool: unknown) =>
    isRecord(tool) ? withoutToolSecrets({ ...tool, type: String(tool.type) }) : tool,
  );
  return { ...body, tools };
}
