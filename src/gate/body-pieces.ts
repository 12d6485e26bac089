import type { FastifyInstance } from 'fastify';
import type { Readable } from 'node:stream';
import { isUpload } from './api-route.js';
import { payloadTooLarge } from '../common/error-table.js';

/** A smaller body may come in as many pieces, whatever it is cut into on its way. */
const piecesOfSmallBody = 16 * 1024;

/** Networks cut a body into pieces of at least some hundred bytes. */
const bytesPerPiece = 128;

/**
 * Bounds the pieces in which a body comes in: each is an object of its own until the body is whole, so that ten megabytes
 * in chunks of one byte would take a gigabyte. Such a request gets a 413.
 */
export function boundPieces(server: FastifyInstance, longestBytes: number): void {
  const most = piecesOfSmallBody + longestBytes / bytesPerPiece;
  server.addHook('preParsing', (request, _reply, payload, done) => {
    // An upload is taken piece by piece, and this would let it flow before anyone takes it.
    if (!isUpload(request)) watchPieces(payload, most);
    done(null, payload);
  });
}

function watchPieces(payload: Readable, most: number): void {
  let pieces = 0;
  const count = (): void => {
    pieces += 1;
    if (pieces <= most) return;
    payload.off('data', count);
    // Whoever reads the body stops with this error; what still comes is thrown away.
    payload.emit('error', payloadTooLarge('The body comes in too many small pieces.'));
  };
  payload.on('data', count);
}
