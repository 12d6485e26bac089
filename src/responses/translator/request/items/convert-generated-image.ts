import { type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import { convertImagePart } from '../content/convert-image-part.js';
import type { ConversionContext } from '../conversion-context.js';

/** Tells the formats that image models make by the first characters of their base64. */
const FORMATS: readonly (readonly [start: string, type: string])[] = [
  ['/9j/', 'image/jpeg'],
  ['UklGR', 'image/webp'],
  ['R0lGOD', 'image/gif'],
];

/** Carries on an image that a model made earlier. An assistant message holds none, so the user shows it. */
export function convertGeneratedImage(
  item: JsonRecord,
  param: string | null,
  context: ConversionContext,
): void {
  const result = nonEmptyText(item.result);
  if (result === undefined) {
    context.warnings.add(
      'item_skipped',
      param,
      'A generated image without its result was left out.',
    );
    return;
  }
  const type = FORMATS.find(([start]) => result.startsWith(start))?.[1] ?? 'image/png';
  const url = result.startsWith('data:') ? result : `data:${type};base64,${result}`;
  context.chatHistory.addUser([
    { type: 'text', text: 'The image that you made:' },
    convertImagePart({ image_url: url }, param, context),
  ]);
}
