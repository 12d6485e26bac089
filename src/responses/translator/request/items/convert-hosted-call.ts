import { asArray, isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import { normalizeArguments } from '../../tools/normalize-arguments.js';
import type { ConversionContext } from '../conversion-context.js';

/** Describes a call that a server ran: what the model called, with what, and what came back if the item still says so. */
interface HostedCall {
  name: string;
  namespace?: string | undefined;
  arguments: unknown;
  output: string | undefined;
}

type HostedReader = (item: JsonRecord) => HostedCall;

/**
 * These items of hosted tools hold the call and its result in one. Whether it ran here or elsewhere, the conversation goes on
 * with what was found: as a call of the tool's function, and its output. Without a result there is nothing to go on with, and
 * a bare call would only be repeated.
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
    output: joined(asArray(results).map(foundText)),
  }),
  code_interpreter_call: ({ code, outputs }) => ({
    name: 'code_interpreter',
    arguments: { code },
    output: joined(asArray(outputs).map(codeOutput)),
  }),
  mcp_call: ({ name, server_label: server, arguments: given, output, error }) => ({
    name: nonEmptyText(name) ?? 'mcp',
    namespace: nonEmptyText(server),
    arguments: given,
    output: error == null ? textOf(output) : `Error: ${asJson(error)}`,
  }),
};

export const hostedCallConverters = Object.fromEntries(
  Object.entries(hostedReaders).map(([type, read]) => [type, hostedCallConverter(read)]),
);

function hostedCallConverter(read: HostedReader) {
  return (
    item: JsonRecord,
    param: string | null,
    { chatHistory, registry, warnings, hostedOutput }: ConversionContext,
  ): void => {
    const { name, namespace, arguments: given, output: text } = read(item);
    const known = text ?? (item.status === 'failed' ? 'Error: The tool failed.' : undefined);
    const said = known === undefined ? undefined : { text: known, attachments: [] };
    const output = hostedOutput?.(nonEmptyText(item.id) ?? '') ?? said;
    if (output === undefined) {
      warnings.add('item_skipped', param, `A call of '${name}' without its result was left out.`);
      return;
    }
    const unknown = { type: 'function', name, ...(namespace === undefined ? {} : { namespace }) };
    const identity = registry.declared(name, undefined, namespace) ?? unknown;
    const callArguments = normalizeArguments(given, param, warnings);
    const id = nonEmptyText(item.id) ?? `call_${name}_${chatHistory.turns.length}`;
    chatHistory.addCall({ id, name: registry.chatName(identity), arguments: callArguments, param });
    chatHistory.addOutput({
      callId: id,
      output,
      param,
      idField: 'call_id',
    });
  };
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
  return nonEmptyText(output.logs) ?? `[${String(output.type)}: ${nonEmptyText(output.url) ?? ''}]`;
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
