import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';
import { decompress, isCompressed } from './content-encoding.js';
import { unsupportedMediaType } from './error-table.js';
import { parseJsonBody } from './json-body.js';

type BodyLimits = Pick<Settings['limits'], 'bodyBytes' | 'jsonDepth'>;

/** `curl -d` says this by itself, and bare scripts say it of a JSON text. */
const meansJson = /json|^application\/x-www-form-urlencoded|^text\/plain/i;

/** Tells whether the body is a form that its route reads as it comes in. */
export type ReadsForm = (request: FastifyRequest) => boolean;

/** Parses a body that has been read, decompressed, when its turn comes. */
export type ParseInTurn = (request: FastifyRequest, bytes: Buffer, parse: () => unknown) => unknown;

/**
 * Adds the one parser of request bodies: JSON, compressed or not, whatever the content type calls it. A form is handed on as it comes.
 * Limits hold for the decompressed body. Errors are ApiError: 400, 413, 415, and those of `inTurn`.
 */
export function addBodyParser(
  server: FastifyInstance,
  limits: BodyLimits,
  inTurn: ParseInTurn = (_request, _bytes, parse) => parse(),
  readsForm: ReadsForm = () => false,
): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    // The usual type goes by its name, since only then does Fastify remember which parser it takes.
    ['application/json', '*'],
    { parseAs: 'buffer', bodyLimit: limits.bodyBytes },
    async (request: FastifyRequest, body: Buffer) => {
      const bytes = await readBody(request, body, limits);
      return inTurn(request, bytes, () => parseJsonBody(bytes, limits.jsonDepth));
    },
  );
  server.addContentTypeParser(
    'multipart/form-data',
    (request: FastifyRequest, payload: IncomingMessage, done) => {
      if (!readsForm(request)) done(unsupportedMediaType('Content-Type must be application/json.'));
      else if (isCompressed(request.headers['content-encoding'])) {
        done(unsupportedMediaType('A form cannot be compressed.'));
      } else done(null, payload);
    },
  );
}

async function readBody(
  request: FastifyRequest,
  body: Buffer,
  limits: BodyLimits,
): Promise<Buffer> {
  const contentType = request.headers['content-type'];
  if (contentType !== undefined && contentType !== '' && !meansJson.test(contentType)) {
    throw unsupportedMediaType('Content-Type must be application/json.');
  }
  const encoding = request.headers['content-encoding'];
  return isCompressed(encoding) ? decompress(body, encoding, limits.bodyBytes) : body;
}
