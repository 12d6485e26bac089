import { told } from '../../../../common/describe-value.js';
import { invalidRequest, unsupported } from '../../../../common/error-table.js';
import { missingParameter } from '../../../../common/field-errors.js';
import type { ChatFilePart, ChatTextPart } from '../../../../contracts/chat/request.js';
import { isRecord, type JsonRecord, nonEmptyText, within } from '../../../../common/json.js';
import type { DocumentText } from '../../document-text.js';
import type { ConversionContext } from '../context/conversion-context.js';
import { fileById, GONE } from './file-by-id.js';
import {
  decodeText,
  type FileData,
  isDocument,
  isTextual,
  readFileData,
} from './read-file-data.js';

/** Text files become text, which every model reads. Others need a backend with chat `file` parts. */
export function convertFilePart(
  part: JsonRecord,
  param: string | null,
  context: Pick<ConversionContext, 'dialect' | 'warnings' | 'files' | 'documentText'>,
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
  const { fileText, fileParts } = context.dialect;
  if (isDocument(file.mediaType) && fileText !== 'never' && (fileText === 'always' || !fileParts)) {
    const read = context.documentText?.(file.data);
    if (read !== undefined) return documentPart(read, filename, param, context.warnings);
  }
  if (!fileParts) {
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
  return { type: 'text', text: marked(text, filename) };
}

/** What cannot be read is a 400 in the request, and a note in the history, which nobody can mend. */
function documentPart(
  { text, isCut, problem }: DocumentText,
  filename: string | undefined,
  param: string | null,
  warnings: ConversionContext['warnings'],
): ChatTextPart {
  const name = filename === undefined ? 'the file' : `'${told(filename)}'`;
  if (problem !== undefined) {
    const message = `The model takes no such files, and the text of ${name} cannot be read: ${problem}.`;
    if (param !== null) throw unsupported(message, param);
    warnings.add('content_part_dropped', param, message);
    return { type: 'text', text: marked('[its text cannot be read]', filename) };
  }
  const message = `The text of ${name} was sent, without its images and layout.`;
  warnings.add('file_text_extracted', param, message);
  if (!isCut) return { type: 'text', text: marked(text, filename) };
  warnings.add('file_text_truncated', param, `The text of ${name} was cut: it is too long.`);
  return { type: 'text', text: marked(`${text}\n[the rest is cut]`, filename) };
}

function marked(text: string, filename: string | undefined): string {
  const name = filename === undefined ? '' : ` name=${JSON.stringify(filename)}`;
  return `<file${name}>\n${text}\n</file>`;
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
