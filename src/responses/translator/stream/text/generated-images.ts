import { asArray, asRecord, nonEmptyText, type JsonRecord } from '../../../../common/json.js';

/** An image of an answer comes as its bytes, or as where they are. */
export type GeneratedImage = { base64: string } | { url: string };

/** Reads `delta.images` of OpenRouter and its like: `[{type: 'image_url', image_url: {url}}]` (openrouter.ai/docs, 2026). */
export function readImages(delta: JsonRecord): GeneratedImage[] {
  return asArray(delta.images).flatMap((entry): GeneratedImage[] => {
    const image = asRecord(entry);
    const link = asRecord(image?.image_url)?.url ?? image?.image_url ?? image?.url;
    const url = nonEmptyText(link);
    const base64 = nonEmptyText(image?.b64_json);
    if (url === undefined) return base64 === undefined ? [] : [{ base64 }];
    const comma = url.indexOf(',');
    return url.startsWith('data:') && comma > 0 ? [{ base64: url.slice(comma + 1) }] : [{ url }];
  });
}
