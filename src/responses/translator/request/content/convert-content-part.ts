import { ApiError } from '../../../../common/api-error.js';
import { told } from '../../../../common/describe-value.js';
import { unsupported } from '../../../../common/error-table.js';
import { invalidType } from '../../../../common/field-errors.js';
import { unsupportedValue } from '../../../../common/field-errors.js';
import type { ChatContentPart } from '../../../../contracts/chat/request.js';
import { isRecord, type JsonRecord, within } from '../../../../common/json.js';
import type { ConversionContext } from '../context/conversion-context.js';
import { partFields, warnOfUnreadFields } from '../context/unread-fields.js';
import { cacheBreakpoint } from './cache-breakpoint.js';
import { convertFilePart } from './convert-file-part.js';
import { convertImagePart } from './convert-image-part.js';

/**
 * Holds content as chat parts, and apart from them the reasoning that stood among them, since it belongs to the assistant's turn.
 */
export interface ConvertedContent {
  parts: ChatContentPart[];
  reasoning: string[];
}

type PartContext = Pick<
  ConversionContext,
  'dialect' | 'warnings' | 'imageDescription' | 'files' | 'documentText'
>;
type ConvertedPart = ChatContentPart | { type: 'reasoning'; text: string };
type PartConverter = (
  part: JsonRecord,
  param: string | null,
  context: PartContext,
) => ConvertedPart;

/** Says who converts which type of part. The last four types are written by the Rust proxy and by Codex. */
const partConverters: Readonly<Record<string, PartConverter>> = {
  input_text: (part) => text(part.text),
  output_text: (part) => text(part.text),
  text: (part) => text(part.text),
  summary_text: (part) => text(part.text),
  refusal: (part) => text(part.refusal),
  input_image: convertImagePart,
  image_url: convertImagePart,
  input_file: convertFilePart,
  file: convertFilePart,
  input_audio: (_part, param) => {
    throw unsupported('Audio input is not supported.', param);
  },
  reasoning_text: (part) => ({ type: 'reasoning', text: asText(part.text) }),
  reasoning: (part) => ({ type: 'reasoning', text: asText(part.text) }),
  output: (part) => text(part.body),
  encrypted_content: (part) => text(part.encrypted_content),
};

export function isKnownPart(value: unknown): boolean {
  return (
    isRecord(value) && typeof value.type === 'string' && Object.hasOwn(partConverters, value.type)
  );
}

/**
 * Converts the content of a message. `param` is the path of that content: `input[0].content`.
 * @param form says whether the parts go to the backend as parts, or their text alone: then marks on them are lost.
 */
export function convertContent(
  content: unknown,
  param: string | null,
  context: PartContext,
  form: 'parts' | 'text' = 'text',
): ConvertedContent {
  if (content === undefined || content === null || content === '') {
    return { parts: [], reasoning: [] };
  }
  if (typeof content === 'string') return { parts: [text(content)], reasoning: [] };
  if (!Array.isArray(content))
    throw invalidType(param, 'a string or an array of content parts', content, param ?? 'content');
  const converted: ConvertedContent = { parts: [], reasoning: [] };
  for (const [index, part] of content.entries()) {
    const result = convertPart(part, within(param, `[${index}]`), context, form);
    if (result?.type === 'reasoning') converted.reasoning.push(result.text);
    else if (result !== undefined) converted.parts.push(result);
  }
  return converted;
}

function convertPart(
  part: unknown,
  param: string | null,
  context: PartContext,
  form: 'parts' | 'text',
): ConvertedPart | undefined {
  if (!isRecord(part)) throw invalidType(param, 'a content part', part, param ?? 'content');
  if (isKnownPart(part)) {
    const type = part.type as string;
    const mark = form === 'parts' ? cacheBreakpoint(part, context.dialect) : undefined;
    const read = mark === undefined ? part : { ...part, prompt_cache_breakpoint: undefined };
    warnOfUnreadFields(read, partFields[type], param, context.warnings);
    const converted = convertKnown(type, part, param, context);
    if (mark === undefined || converted === undefined || converted.type === 'reasoning') {
      return converted;
    }
    return { ...converted, prompt_cache_breakpoint: mark };
  }
  if (param !== null && part.type !== 'input_video') {
    throw unsupportedValue(`${param}.type`, part.type, Object.keys(partConverters));
  }
  // Video has no place in Chat Completions, and the stored history cannot be mended any more by the client.
  const message = `Content part of type '${told(part.type)}' is not supported and was left out.`;
  context.warnings.add('content_part_dropped', param, message);
  return undefined;
}

/** The client cannot mend the stored history, so a note stands there for what this backend cannot be sent. */
function convertKnown(
  type: string,
  part: JsonRecord,
  param: string | null,
  context: PartContext,
): ConvertedPart | undefined {
  try {
    return partConverters[type]?.(part, param, context);
  } catch (error) {
    if (param !== null || !(error instanceof ApiError)) throw error;
    const message = `A part of the history was left out, and a note was sent: ${error.message}`;
    context.warnings.add('content_part_dropped', param, message);
    const what = type.replace(/^input_/, '').replace(/_url$/, '');
    return text(`[${what} omitted: it cannot be sent to this model]`);
  }
}

/** Joins the texts among the parts by line breaks. */
export function textOf(parts: readonly ChatContentPart[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function text(value: unknown): { type: 'text'; text: string } {
  return { type: 'text', text: asText(value) };
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
