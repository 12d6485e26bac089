import { told } from '../../../../common/describe-value.js';
import { unsupported } from '../../../../common/error-table.js';
import { type JsonRecord, nonEmptyText, within } from '../../../../common/json.js';
import { notFound } from '../../../../common/state-errors.js';
import type { KnownFile } from '../../known-files.js';
import type { ConversionContext } from '../context/conversion-context.js';

/** Stands for a file of the history that is not there any more: the client cannot mend what is stored. */
export const GONE = '[file omitted: it was deleted or has expired]';

/**
 * Finds the file that `file_id` names; undefined where it names none.
 * @throws ApiError 404 for one that is not there, 400 where no files are kept.
 */
export function fileById(
  part: JsonRecord,
  param: string | null,
  { files, warnings }: Pick<ConversionContext, 'files' | 'warnings'>,
): KnownFile | 'gone' | undefined {
  const id = nonEmptyText(part.file_id);
  if (id === undefined) return undefined;
  const field = within(param, '.file_id');
  const file = files?.get(id);
  if (file !== undefined) return file;
  if (param === null) {
    const message = `The file ${told(id)} was deleted or has expired; a note was sent.`;
    warnings.add('content_part_dropped', param, message);
    return 'gone';
  }
  if (files === undefined) throw unsupported('No files are kept here (STORE_URL).', field);
  throw notFound(`No such File object: ${told(id)}`, field);
}

/** These are the beginnings of images in base64. */
const IMAGE_HEADS = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
] as const;

/** Gives the media type of an image by the beginning of its base64. */
export function imageTypeOf(base64: string): string | undefined {
  return IMAGE_HEADS.find(([head]) => base64.startsWith(head))?.[1];
}

/** Gives the image as a data URL. @throws ApiError 400 for a file that is none. */
export function imageUrlOf({ base64 }: KnownFile, param: string | null): string {
  const mediaType = imageTypeOf(base64);
  if (mediaType !== undefined) return `data:${mediaType};base64,${base64}`;
  const message = 'The file is no image: PNG, JPEG, GIF and WebP are taken.';
  throw unsupported(message, within(param, '.file_id'));
}
