import { isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import { convertImagePart } from '../content/convert-image-part.js';
import { imageTypeOf } from '../content/file-by-id.js';
import type { ConversionContext } from '../context/conversion-context.js';
import { addHostedCall } from './convert-hosted-call.js';

/**
 * Carries on an image that was made earlier. One that the tool of this request made is a call and its output. An image of the model
 * itself is shown by the user, since an assistant message holds none.
 */
export function convertGeneratedImage(
  item: JsonRecord,
  param: string | null,
  context: ConversionContext,
): void {
  const result = nonEmptyText(item.result);
  const prompt = nonEmptyText(item.revised_prompt);
  const isOfTool = context.registry.declared(TOOL, TOOL)?.type === TOOL && prompt !== undefined;
  if (isOfTool && (result !== undefined || item.status === 'failed')) {
    const image = result === undefined ? [] : [imageOf(result, param, context)];
    const { message } = isRecord(item.error) ? item.error : {};
    const text =
      result === undefined
        ? `Error: ${nonEmptyText(message) ?? 'The image was not made.'}`
        : 'The image was made, and the user sees it.';
    const call = { name: TOOL, arguments: { prompt } };
    addHostedCall(item, call, { text, attachments: image }, param, context);
    return;
  }
  if (result === undefined) {
    context.warnings.add(
      'item_skipped',
      param,
      'A generated image without its result was left out.',
    );
    return;
  }
  context.chatHistory.addUser([
    { type: 'text', text: 'The image that you made:' },
    imageOf(result, param, context),
  ]);
}

const TOOL = 'image_generation';

function imageOf(
  result: string,
  param: string | null,
  context: ConversionContext,
): ReturnType<typeof convertImagePart> {
  const type = imageTypeOf(result) ?? 'image/png';
  const url = result.startsWith('data:') ? result : `data:${type};base64,${result}`;
  return convertImagePart({ image_url: url }, param, context);
}
