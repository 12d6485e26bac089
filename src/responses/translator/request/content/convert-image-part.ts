import { invalidRequest } from '../../../../common/error-table.js';
import { missingParameter } from '../../../../common/field-errors.js';
import type { ChatImagePart, ChatTextPart } from '../../../../contracts/chat/request.js';
import { isRecord, type JsonRecord, nonEmptyText, within } from '../../../../common/json.js';
import type { ConversionContext } from '../context/conversion-context.js';
import { fileById, GONE, imageUrlOf } from './file-by-id.js';

type ImageContext = Pick<ConversionContext, 'dialect' | 'warnings' | 'imageDescription' | 'files'>;

const PLACEHOLDER = '[image omitted: the model takes no images]';

/** `image_url` is a string in the Responses API and `{url, detail}` in Chat Completions; both are taken. */
export function convertImagePart(
  part: JsonRecord,
  param: string | null,
  context: ImageContext,
): ChatImagePart | ChatTextPart {
  const { dialect, warnings, imageDescription } = context;
  const nested = isRecord(part.image_url) ? part.image_url : undefined;
  const given = nonEmptyText(nested?.url ?? part.image_url);
  const file = given === undefined ? fileById(part, param, context) : undefined;
  if (file === 'gone') return { type: 'text', text: GONE };
  const url = file === undefined ? given : imageUrlOf(file, param);
  const urlParam = within(param, nested === undefined ? '.image_url' : '.image_url.url');
  if (url === undefined) throw missingParameter(urlParam, urlParam ?? 'image_url');
  if (!/^(https?:\/\/|data:)/i.test(url)) {
    throw invalidRequest('Images must be an http(s) URL or a data URL.', urlParam);
  }
  if (dialect.images === 'none') {
    const description = imageDescription?.(url);
    if (description !== undefined) {
      const message = 'The model takes no images; a description by another model was sent.';
      warnings.add('image_described', param, message);
      return { type: 'text', text: asDescription(description) };
    }
    warnings.add('content_part_mapped', param, 'The model takes no images; a note was sent.');
    return { type: 'text', text: PLACEHOLDER };
  }
  if (dialect.images === 'data' && !/^data:/i.test(url)) {
    throw invalidRequest('This backend takes images only as data URLs.', urlParam);
  }
  const detail = nonEmptyText(part.detail ?? nested?.detail);
  const sent = detail === 'original' ? convertOriginal(param, dialect, warnings) : detail;
  return { type: 'image_url', image_url: { url, ...(isUsual(sent) ? {} : { detail: sent }) } };
}

/** The marks tell the model that it reads what another one saw, and where that ends. */
function asDescription(text: string): string {
  return `[description of an image, by another model: this one takes no images]\n${text}\n[end of the description]`;
}

/** `auto` is chat's default, and some engines know no other value. */
function isUsual(detail: string | undefined): detail is 'auto' | undefined {
  return detail === undefined || detail === 'auto';
}

/** Codex asks for `original`, which OpenAI alone has in chat. */
function convertOriginal(
  param: string | null,
  dialect: ConversionContext['dialect'],
  warnings: ConversionContext['warnings'],
): string {
  if (dialect.originalDetail) return 'original';
  warnings.add(
    'content_part_mapped',
    within(param, '.detail'),
    "Image detail 'original' was sent as 'high'.",
  );
  return 'high';
}
