/** Says what a client's `file_data` holds: `base64` is what follows `base64,`; `plain` is percent-encoded text. */
export interface FileData {
  mediaType: string;
  encoding: 'base64' | 'plain';
  data: string;
}

const TEXT_EXTENSIONS = new Set(
  (
    'txt md markdown rst csv tsv log json jsonl ndjson xml yaml yml toml ini cfg conf env html htm css scss js mjs cjs ' +
    'ts tsx jsx vue svelte py rb rs go java kt swift c h cc cpp hpp cs php pl lua r sql sh bash zsh ps1 bat tex diff patch svg'
  ).split(' '),
);

const TEXT_MEDIA_TYPES =
  /^(text\/.*|application\/(json|jsonl|x-ndjson|xml|yaml|x-yaml|toml|javascript|x-javascript|typescript|sql|x-sh|graphql|csv)|.*\+(json|xml|yaml))$/;

const DATA_URL_HEAD = /^data:([^;,]*)((?:;[^;,]*)*),/i;
/** These have text in them, but are none. */
const DOCUMENT_EXTENSIONS: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};
const DOCUMENT_TYPES = new Set(Object.values(DOCUMENT_EXTENSIONS));

/** This is what `%PDF-` becomes in base64. */
const PDF_HEAD = 'JVBERi0';

/** Reads a data URL, or bare base64 whose type the filename tells. */
export function readFileData(fileData: string, filename: string | undefined): FileData {
  const head = DATA_URL_HEAD.exec(fileData);
  if (head === null) {
    const mediaType = typeOfName(filename) ?? typeOfContent(fileData);
    return { mediaType, encoding: 'base64', data: fileData };
  }
  const [all, type = '', parameters = ''] = head;
  const declared = type.toLowerCase();
  const vague = declared === '' || declared === 'application/octet-stream';
  return {
    mediaType: vague ? (typeOfName(filename) ?? (declared || 'text/plain')) : declared,
    encoding: /;base64$/i.test(parameters) ? 'base64' : 'plain',
    data: fileData.slice(all.length),
  };
}

export function isTextual(mediaType: string): boolean {
  return TEXT_MEDIA_TYPES.test(mediaType);
}

/** Tells whether it is PDF, docx, xlsx or pptx. */
export function isDocument(mediaType: string): boolean {
  return DOCUMENT_TYPES.has(mediaType);
}

/** Decodes the file's text as UTF-8. Gives undefined when it is no such text. */
export function decodeText({ encoding, data }: FileData): string | undefined {
  try {
    if (encoding === 'plain') return decodeURIComponent(data);
    const binary = atob(data);
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function typeOfName(filename: string | undefined): string | undefined {
  const extension = filename?.toLowerCase().split('.').at(-1);
  if (extension === undefined || extension === '') return undefined;
  if (Object.hasOwn(DOCUMENT_EXTENSIONS, extension)) return DOCUMENT_EXTENSIONS[extension];
  return TEXT_EXTENSIONS.has(extension) ? 'text/plain' : undefined;
}

function typeOfContent(base64: string): string {
  return base64.startsWith(PDF_HEAD) ? 'application/pdf' : 'application/octet-stream';
}
