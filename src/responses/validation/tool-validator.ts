import { told } from '../../common/describe-value.js';
import { invalidRequest } from '../../common/error-table.js';
import { isRecord } from '../../common/json.js';
import { compileChecks } from './compiled-check.js';
import { invalidType, missingParameter, unsupportedValue } from '../../common/field-errors.js';
import { toolSchemas } from './tool-schemas.js';

const toolChecks = compileChecks(toolSchemas);
const MODES = ['none', 'auto', 'required'];

/**
 * Checks `tools`, of the request or of an item that brings tools (`path` says which): known types by their schemas, flat or
 * nested; of other types only that they have a type. The tools of a namespace are checked likewise.
 */
export function validateTools(tools: readonly unknown[], path = 'tools'): void {
  const labels = new Set<unknown>();
  for (const [index, tool] of tools.entries()) {
    const param = `${path}[${index}]`;
    if (!isRecord(tool)) throw invalidType(param, 'a tool object', tool);
    const { type } = tool;
    if (type === undefined || type === null) throw missingParameter(`${param}.type`);
    if (typeof type !== 'string') throw invalidType(`${param}.type`, 'a string', type);
    const form = isRecord(tool[type]) ? `nested_${type}` : type;
    toolChecks.get(form)?.(tool, param);
    if (type === 'namespace') validateMembers(tool.tools as unknown[], `${param}.tools`);
    if (type === 'mcp') requireNew(tool.server_label, labels, `${param}.server_label`);
  }
}

/** The label is what calls and approvals name a server by. */
function requireNew(label: unknown, labels: Set<unknown>, param: string): void {
  if (labels.has(label)) {
    const message = `Another MCP server of this request has the label '${told(label)}'.`;
    throw invalidRequest(message, param, 'duplicate_tool');
  }
  labels.add(label);
}

/** Namespaces do not nest, since depth is what a client must not choose. */
function validateMembers(tools: readonly unknown[], path: string): void {
  const inner = tools.findIndex((tool) => isRecord(tool) && tool.type === 'namespace');
  if (inner >= 0) {
    throw unsupportedValue(`${path}[${inner}].type`, 'namespace', ['function', 'custom']);
  }
  validateTools(tools, path);
}

/** Checks the shape only; whether the named tools exist is the translation's to say. */
export function validateToolChoice(choice: unknown): void {
  if (typeof choice === 'string') {
    if (!MODES.includes(choice)) throw unsupportedValue('tool_choice', choice, MODES);
    return;
  }
  if (!isRecord(choice)) return;
  const { type } = choice;
  if (typeof type !== 'string') throw missingParameter('tool_choice.type');
  if (type === 'function' || type === 'custom') {
    const nested = isRecord(choice[type]) ? choice[type] : undefined;
    requireName(nested ?? choice, nested === undefined ? 'tool_choice' : `tool_choice.${type}`);
  }
  if (type === 'allowed_tools') validateAllowedTools(choice);
}

function validateAllowedTools(choice: Record<string, unknown>): void {
  const nested = isRecord(choice.allowed_tools) ? choice.allowed_tools : undefined;
  const path = nested === undefined ? 'tool_choice' : 'tool_choice.allowed_tools';
  const { tools } = nested ?? choice;
  if (tools === undefined) throw missingParameter(`${path}.tools`);
  if (!Array.isArray(tools)) throw invalidType(`${path}.tools`, 'an array', tools);
  for (const [index, tool] of (tools as unknown[]).entries()) {
    const param = `${path}.tools[${index}]`;
    if (!isRecord(tool)) throw invalidType(param, 'a tool object', tool);
    if (typeof tool.type !== 'string') throw missingParameter(`${param}.type`);
  }
}

function requireName(source: Record<string, unknown>, param: string): void {
  if (source.name === undefined) throw missingParameter(`${param}.name`);
  if (typeof source.name !== 'string') throw invalidType(`${param}.name`, 'a string', source.name);
}
