import { asArray, isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import type { InputItem } from '../../../../contracts/responses/items.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { cacheBreakpoint } from '../content/cache-breakpoint.js';
import { isOwnFileId, type KnownFiles } from '../../known-files.js';
import type { NativeTools } from './native-tools.js';

/** Says which type of tool an item belongs to. Outputs go as their calls do. */
const toolOfItem: Readonly<Record<string, string>> = {
  custom_tool_call: 'custom',
  custom_tool_call_output: 'custom',
  local_shell_call: 'local_shell',
  local_shell_call_output: 'local_shell',
  shell_call: 'shell',
  shell_call_output: 'shell',
  apply_patch_call: 'apply_patch',
  apply_patch_call_output: 'apply_patch',
  computer_call: 'computer',
  computer_call_output: 'computer',
  tool_search_call: 'tool_search',
  tool_search_output: 'tool_search',
  web_search_call: 'web_search',
  file_search_call: 'file_search',
  code_interpreter_call: 'code_interpreter',
  image_generation_call: 'image_generation',
  mcp_list_tools: 'mcp',
  mcp_call: 'mcp',
  mcp_approval_request: 'mcp',
  mcp_approval_response: 'mcp',
};

/** Clients give these back with an id of their own or of ours, which the backend would look up in vain. */
const WITHOUT_ID = /_tool_call$|^(?:local_shell|shell|apply_patch|tool_search)_call$|_output$/;

/** These parts are the same in both directions; any other one is converted as for chat. */
const TEXT_PARTS: readonly unknown[] = ['input_text', 'output_text', 'text'];

/** Finds the items that a backend takes as they are. */
export class NativeItems {
  constructor(
    private readonly dialect: BackendDialect,
    private readonly tools: NativeTools,
    private readonly files: KnownFiles | undefined,
  ) {}

  /** Gives the item as the backend wants it, or undefined where it has to be converted. */
  of(item: InputItem, type: string): InputItem | undefined {
    if (type === 'message') return this.message(item);
    if (type === 'function_call') {
      // Without a namespace a name may be another one there.
      return nonEmptyText(item.namespace) !== undefined && this.tools.has('namespace')
        ? this.functionCall(item)
        : undefined;
    }
    if (type === 'function_call_output') return this.functionOutput(item);
    const tool = toolOfItem[type];
    if (tool === undefined || !this.tools.has(tool)) return undefined;
    const { id, ...rest } = item;
    return WITHOUT_ID.test(type) || id === undefined ? rest : { ...rest, id };
  }

  private functionCall({
    call_id,
    name,
    namespace,
    arguments: given,
  }: InputItem): InputItem | undefined {
    const isWhole = nonEmptyText(call_id) !== undefined && typeof given === 'string';
    return isWhole
      ? { type: 'function_call', call_id, name, namespace, arguments: given }
      : undefined;
  }

  /** A text is unwrapped as for chat; a list of parts goes as it is, which chat cannot carry. */
  private functionOutput({ call_id, output }: InputItem): InputItem | undefined {
    if (!Array.isArray(output) || output.length === 0) return undefined;
    const parts = this.parts(output, 'user');
    return parts && { type: 'function_call_output', call_id, output: parts };
  }

  private message({ role, content, id, phase, ...rest }: InputItem): InputItem | undefined {
    const isPlain =
      typeof role === 'string' && ['user', 'system', 'developer', 'assistant'].includes(role);
    if (!isPlain || asArray(rest.attachments).length > 0 || rest.tool_call_id != null)
      return undefined;
    if (!Array.isArray(content) || content.length === 0) return undefined;
    const parts = this.parts(content, role);
    if (parts === undefined) return undefined;
    if (role === 'assistant') return { type: 'message', role, id, content: parts, phase };
    const told = role === 'developer' ? this.dialect.developerRole : role;
    return { type: 'message', role: told, content: parts };
  }

  private parts(content: readonly unknown[], role: string): JsonRecord[] | undefined {
    const parts: JsonRecord[] = [];
    for (const part of content) {
      const native = isRecord(part) ? this.part(part, role) : undefined;
      if (native === undefined) return undefined;
      parts.push(native);
    }
    return parts;
  }

  private part(part: JsonRecord, role: string): JsonRecord | undefined {
    const mark = cacheBreakpoint(part, this.dialect);
    const marked = mark === undefined ? {} : { prompt_cache_breakpoint: mark };
    if (TEXT_PARTS.includes(part.type) && typeof part.text === 'string') {
      const { text, annotations } = part;
      return role === 'assistant'
        ? { type: 'output_text', text, annotations: asArray(annotations) }
        : { type: 'input_text', text, ...marked };
    }
    if (role === 'assistant') {
      return part.type === 'refusal' && typeof part.refusal === 'string'
        ? { type: 'refusal', refusal: part.refusal }
        : undefined;
    }
    if (this.isOwnFile(part)) return undefined;
    if (part.type === 'input_image') return this.image(part, marked);
    const { type, file_id, filename, file_data, file_url } = part;
    if (type !== 'input_file' || !this.takesFile(part)) return undefined;
    const file = Object.entries({ file_id, filename, file_data, file_url });
    return { type, ...Object.fromEntries(file.filter(([, value]) => value != null)), ...marked };
  }

  /** A file that is kept here, or was, is sent whole, as to any backend. */
  private isOwnFile({ file_id: given }: JsonRecord): boolean {
    const id = nonEmptyText(given) ?? '';
    return this.files !== undefined && (this.files.has(id) || isOwnFileId(id));
  }

  /** A file that an id names lies behind the key that the call carries; any other one goes to a model that takes files. */
  private takesFile({ file_id: id }: JsonRecord): boolean {
    const { fileParts, fileText } = this.dialect;
    return nonEmptyText(id) !== undefined || (fileParts && fileText !== 'always');
  }

  /** Images for a model that takes all of them go as they are. */
  private image(
    { image_url: url, file_id, detail }: JsonRecord,
    marked: JsonRecord,
  ): JsonRecord | undefined {
    if (this.dialect.images !== 'url') return undefined;
    const told = isRecord(url) ? url.url : url;
    const source = nonEmptyText(told) ?? nonEmptyText(file_id);
    if (source === undefined) return undefined;
    return {
      type: 'input_image',
      ...(nonEmptyText(told) === undefined ? { file_id } : { image_url: told }),
      detail:
        nonEmptyText(detail) ?? (isRecord(url) ? nonEmptyText(url.detail) : undefined) ?? 'auto',
      ...marked,
    };
  }
}
