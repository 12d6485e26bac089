import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { clientClosed, invalidRequest, payloadTooLarge } from '../common/error-table.js';
import { missingParameter } from '../common/field-errors.js';

/** Beside the file a form has a few short fields. */
const limits = {
  ...{ files: 1, fields: 16, parts: 20, fieldNameSize: 100, fieldSize: 1_000 },
  ...{ headerPairs: 20, headerSize: 16 * 1024 },
};

export interface UploadForm {
  /** Holds the other fields, by their names: `expires_after[seconds]`. */
  fields: ReadonlyMap<string, string>;
}

/**
 * Takes the content of the form's file; it is over when that is kept. What it throws refuses the form. A file may have no name.
 */
export type TakeFile = (
  content: AsyncIterable<Buffer>,
  filename: string | undefined,
) => Promise<void>;

/**
 * Reads a form as it comes in: its file goes to `take` at the pace at which that takes it, wherever the file stands among the fields.
 * After a refusal what still comes is thrown away, so that the client can read the answer.
 * @throws ApiError 400 for what is no such form, 413 for a file beyond `longestBytes`, 499 when the client leaves.
 */
export function readUploadForm(
  payload: Readable,
  headers: IncomingHttpHeaders,
  longestBytes: number,
  take: TakeFile,
): Promise<UploadForm> {
  return new Promise((resolve, reject) => {
    const form = openForm(headers, longestBytes);
    const fields = new Map<string, string>();
    let taken: Promise<void> | undefined;
    let content: BusboyFileStream | undefined;
    const fail = (error: Error): void => {
      payload.unpipe(form);
      payload.resume();
      content?.destroy();
      // It ends before the refusal does: nothing more is kept of the file then.
      void Promise.resolve(taken)
        .catch(() => undefined)
        .then(() => {
          reject(error);
        });
    };
    form.on('file', (name, stream, filename: string | undefined) => {
      content = stream;
      stream.on('error', () => {
        fail(malformedForm());
      });
      stream.on('limit', () => {
        fail(fileTooLarge(longestBytes));
      });
      if (name !== 'file') {
        fail(invalidRequest("The file of the form must be its field 'file'.", 'file'));
        return;
      }
      taken = take(stream as AsyncIterable<Buffer>, filename);
      taken.catch(fail);
    });
    form.on('field', (name, value, _nameIsCut, valueIsCut) => {
      if (valueIsCut) fail(invalidRequest(`The field '${name.slice(0, 100)}' is too long.`, null));
      else fields.set(name, value);
    });
    for (const event of ['filesLimit', 'fieldsLimit', 'partsLimit']) {
      form.on(event, () => {
        fail(
          invalidRequest('The form has too many parts; one file can be sent at a time.', 'file'),
        );
      });
    }
    form.on('error', () => {
      fail(malformedForm());
    });
    form.on('finish', () => {
      if (taken === undefined) fail(missingParameter('file'));
      else
        void taken.then(
          () => {
            resolve({ fields });
          },
          () => undefined,
        );
    });
    const left = (): void => {
      if (!payload.readableEnded) fail(clientClosed());
    };
    payload.on('error', left);
    payload.on('close', left);
    payload.pipe(form);
  });
}

function openForm(headers: IncomingHttpHeaders, longestBytes: number): BusboyInstance {
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': headers['content-type'] ?? '' },
      limits: { ...limits, fileSize: longestBytes },
    });
  } catch {
    throw malformedForm();
  }
}

export function fileTooLarge(longestBytes: number): Error {
  return payloadTooLarge(
    `The file is too large: it may have ${longestBytes} bytes (MAX_FILE_BYTES).`,
    'file',
  );
}

function malformedForm(): Error {
  return invalidRequest('The body is not a complete multipart/form-data form.', null);
}
