import { told } from '../../../../common/describe-value.js';
import { invalidRequest, unsupported } from '../../../../common/error-table.js';
import { missingParameter } from '../../../../common/field-errors.js';
import type { ChatFilePart, ChatTextPart } from '../../../../contracts/chat/request.js';
import { isRecord, type JsonRecord, nonEmptyText, within } from '../../../../common/json.js';
import type { ConversionContext } from '../conversion-context.js';
import { fileById, GONE } from './file-by-id.js';
import { decodeText, type FileData, isTextual, readFileData } from './read-file-data.js';

/** Text files become text, which every model reads. Others need a backend with chat `file` parts. */
export function convertFilePart(
  part: JsonRecord,
  param: string | null,
  context: Pick<ConversionContext, 'dialect' | 'warnings' | 'files'>,
): ChatFilePart | ChatTextPart {
  const source = isRecord(part.file) ? part.file : part;
  const given = nonEmptyText(source.file_data);
  const uploaded = given === undefined ? fileById(source, param, context) : undefined;
  if (uploaded === 'gone') return { type: 'text', text: GONE };
  const fileData = given ?? uploaded?.base64;
  if (fileData === undefined) throw missingData(source, param);
  const filename = nonEmptyText(source.filename) ?? uploaded?.filename;
  const file = readFileData(fileData, filename);
  if (isTextual(file.mediaType)) return textPart(file, filename, param);
  if (!context.dialect.fileParts) {
    throw unsupported(
      `This backend takes no files of type '${told(file.mediaType)}': send text or images.`,
      param,
    );
  }
  return { type: 'file', file: { ...(filename && { filename }), file_data: toDataUrl(file) } };
}

function textPart(
  file: FileData,
  filename: string | undefined,
  param: string | null,
): ChatTextPart {
  const text = decodeText(file);
  if (text === undefined) {
    throw invalidRequest(
      `The file is not valid ${file.encoding === 'base64' ? 'base64 of UTF-8' : 'percent-encoded'} text.`,
      within(param, '.file_data'),
    );
  }
  const name = filename === undefined ? '' : ` name=${JSON.stringify(filename)}`;
  return { type: 'text', text: `<file${name}>\n${text}\n</file>` };
}

function toDataUrl({ mediaType, encoding, data }: FileData): string {
  return `data:${mediaType}${encoding === 'base64' ? ';base64' : ''},${data}`;
}

function missingData(source: JsonRecord, param: string | null): Error {
  if (nonEmptyText(source.file_url) !== undefined) {
    return unsupported(
      'Files by file_url are not supported: send file_data or file_id.',
      within(param, '.file_url'),
    );
  }
  return missingParameter(within(param, '.file_data'), within(param, '.file_data') ?? 'file_data');
}
