import { asArray, isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import type { ToolOutput } from '../context/tool-output.js';
import { convertImagePart } from '../content/convert-image-part.js';
import { normalizeArguments } from '../../tools/normalize-arguments.js';
import type { ConversionContext } from '../context/conversion-context.js';

/** Describes a call that a server ran: what the model called, with what, and what came back if the item still says so. */
interface HostedCall {
  name: string;
  namespace?: string | undefined;
  arguments: unknown;
  output: string | undefined;
  /** The output shows these images: their URLs. */
  images?: readonly string[];
}

type HostedReader = (item: JsonRecord) => HostedCall;

/**
 * These items of hosted tools hold the call and its result in one. Whether it ran here or elsewhere, the conversation goes on
 * with what was found: as a call of the tool's function, and its output. A client need not have the result, which it gets
 * only where it asked for it; the model is told so then, and does not take the call for one that still runs.
 */
const hostedReaders: Readonly<Record<string, HostedReader>> = {
  web_search_call: ({ action }) => {
    const { sources, ...asked } = isRecord(action) ? action : {};
    const urls = asArray(sources).flatMap((source) =>
      isRecord(source) ? (nonEmptyText(source.url) ?? []) : [],
    );
    return { name: 'web_search', arguments: asked, output: joined(urls) };
  },
  file_search_call: ({ queries, results }) => ({
    name: 'file_search',
    arguments: { queries },
    output:
      joined(asArray(results).map(foundText)) ??
      (Array.isArray(results) ? NOTHING_FOUND : undefined),
  }),
  code_interpreter_call: ({ code, outputs }) => ({
    name: 'code_interpreter',
    arguments: { code },
    output:
      joined(asArray(outputs).map(codeOutput)) ?? (Array.isArray(outputs) ? NO_PRINT : undefined),
    images: asArray(outputs).flatMap(shownImage),
  }),
  mcp_call: ({ name, server_label: server, arguments: given, output, error }) => ({
    name: nonEmptyText(name) ?? 'mcp',
    namespace: nonEmptyText(server),
    arguments: given,
    output: error == null ? textOf(output) : `Error: ${asJson(error)}`,
  }),
};

export const NOTHING_FOUND = 'Nothing was found.';
export const NO_PRINT = 'The code ran and printed nothing.';
const NO_RESULT = 'What this call brought is not in the conversation any more.';

export const hostedCallConverters = Object.fromEntries(
  Object.entries(hostedReaders).map(([type, read]) => [type, hostedCallConverter(read)]),
);

function hostedCallConverter(read: HostedReader) {
  return (item: JsonRecord, param: string | null, context: ConversionContext): void => {
    const { output, images = [], ...call } = read(item);
    const saysNothing = output === undefined && isEmpty(call.arguments);
    const ranHere = context.hostedOutput?.(nonEmptyText(item.id) ?? '') !== undefined;
    if (saysNothing && item.status !== 'failed' && !ranHere) {
      const message = `A call of '${call.name}' that says nothing was left out.`;
      context.warnings.add('item_skipped', param, message);
      return;
    }
    if (output === undefined && item.status !== 'failed' && !ranHere) {
      const message = `What the call of '${call.name}' brought is not in its item; the model was told so.`;
      context.warnings.add('tool_output_filled', param, message);
    }
    const known = output ?? (item.status === 'failed' ? 'Error: The tool failed.' : NO_RESULT);
    const attachments = images.map((url) => convertImagePart({ image_url: url }, param, context));
    addHostedCall(item, call, { text: known, attachments }, param, context);
  };
}

function isEmpty(given: unknown): boolean {
  const values = isRecord(given) ? Object.values(given) : [given];
  return values.every((value) => value === undefined || value === null);
}

/** Adds a call that a server ran, and its output: what is known of it here, or what the item says. */
export function addHostedCall(
  item: JsonRecord,
  { name, namespace, arguments: given }: Pick<HostedCall, 'name' | 'namespace' | 'arguments'>,
  said: ToolOutput,
  param: string | null,
  { chatHistory, registry, warnings, hostedOutput }: ConversionContext,
): void {
  const unknown = { type: 'function', name, ...(namespace === undefined ? {} : { namespace }) };
  // A function of the client's may have the same name.
  const type = namespace === undefined ? name : 'mcp';
  const identity = registry.declared(name, type, namespace) ?? unknown;
  const id = nonEmptyText(item.id) ?? `call_${name}_${chatHistory.size}`;
  const callArguments = normalizeArguments(given, param, warnings);
  chatHistory.addCall({ id, name: registry.chatName(identity), arguments: callArguments, param });
  const output = hostedOutput?.(nonEmptyText(item.id) ?? '') ?? said;
  chatHistory.addOutput({ callId: id, output, param, idField: 'call_id' });
}

/** A tool may have brought nothing, which is a result, too. */
function textOf(output: unknown): string | undefined {
  return typeof output === 'string' ? output : undefined;
}

function foundText(result: unknown): string {
  if (!isRecord(result)) return asJson(result);
  return `${nonEmptyText(result.filename) ?? 'file'}:\n${nonEmptyText(result.text) ?? ''}`;
}

function codeOutput(output: unknown): string {
  if (!isRecord(output)) return asJson(output);
  const url = nonEmptyText(output.url) ?? '';
  if (url.startsWith('data:')) return '[image]';
  return textOf(output.logs) ?? `[${String(output.type)}: ${url}]`;
}

/** An image that is in the item itself is shown. */
function shownImage(output: unknown): string[] {
  const url = isRecord(output) ? (nonEmptyText(output.url) ?? '') : '';
  return url.startsWith('data:image/') ? [url] : [];
}

function joined(texts: readonly string[]): string | undefined {
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

function asJson(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** OpenAI's programs over tools: their code is the call, `result` the output. They are two items, as other calls are. */
export function convertProgram(
  item: JsonRecord,
  param: string | null,
  { chatHistory, registry, warnings }: ConversionContext,
): void {
  const { call_id: callId, code } = item;
  chatHistory.addCall({
    id: nonEmptyText(callId) ?? nonEmptyText(item.id) ?? '',
    name: registry.chatName({ type: 'function', name: 'program' }),
    arguments: normalizeArguments({ code }, param, warnings),
    param,
  });
}

export function convertProgramOutput(
  item: JsonRecord,
  param: string | null,
  { chatHistory }: ConversionContext,
): void {
  chatHistory.addOutput({
    callId: nonEmptyText(item.call_id),
    output: { text: nonEmptyText(item.result) ?? '', attachments: [] },
    param,
    idField: 'call_id',
  });
}

/** A call by which OpenAI's agents speak to each other (beta types of November 2026): its action is the name of the function. */
export function convertMultiAgentCall(
  item: JsonRecord,
  param: string | null,
  { chatHistory, registry, warnings }: ConversionContext,
): void {
  const { action, call_id: callId, arguments: given } = item;
  chatHistory.addCall({
    id: nonEmptyText(callId) ?? nonEmptyText(item.id) ?? '',
    name: registry.chatName({ type: 'function', name: nonEmptyText(action) ?? 'multi_agent' }),
    arguments: normalizeArguments(given, param, warnings),
    param,
  });
}
