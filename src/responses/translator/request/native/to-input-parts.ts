import type { ChatContentPart } from '../../../../contracts/chat/request.js';
import type { JsonRecord } from '../../../../common/json.js';

/** Gives chat parts as content parts of the Responses API. */
export function toInputParts(parts: readonly ChatContentPart[]): JsonRecord[] {
  return parts.map((part) => {
    const mark = part.prompt_cache_breakpoint;
    return {
      ...toInputPart(part),
      ...(mark === undefined ? {} : { prompt_cache_breakpoint: mark }),
    };
  });
}

function toInputPart(part: ChatContentPart): JsonRecord {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image_url': {
      const { url, detail = 'auto' } = part.image_url;
      return { type: 'input_image', image_url: url, detail };
    }
    case 'file':
      return { type: 'input_file', ...part.file };
  }
}
