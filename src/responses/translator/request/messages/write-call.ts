import { asRecord, parseJson } from '../../../../common/json.js';
import type { BackendDialect } from '../../dialect/dialect.js';

/** Writes a call as the model itself would write it, for templates that do not show the calls of the history. */
export function writeCall(
  { name, arguments: json }: { name: string; arguments: string },
  style: BackendDialect['callStyle'],
): string {
  switch (style) {
    case 'hermes':
      return `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${json}}\n</tool_call>`;
    case 'granite':
      return `<|tool_call|>[{"name": ${JSON.stringify(name)}, "arguments": ${json}}]`;
    case 'deepseek':
      return `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>${name}\n\`\`\`json\n${json}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`;
    case 'functionary':
      return `>>>${name}\n${json}`;
    case 'python':
      return `<|tool_call_start|>[${name}(${pythonArguments(json)})]<|tool_call_end|>`;
  }
}

function pythonArguments(json: string): string {
  return Object.entries(asRecord(parseJson(json)) ?? {})
    .map(([key, value]) => `${key}=${pythonLiteral(value)}`)
    .join(', ');
}

function pythonLiteral(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  const table = asRecord(value);
  if (table === undefined) return JSON.stringify(value);
  const entries = Object.entries(table);
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}: ${pythonLiteral(entry)}`).join(', ')}}`;
}
