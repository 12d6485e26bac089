import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ConnectionError, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';
import { httpError } from './error-table.js';
import { requestIdOf } from './request-id.js';

/** Headers are small; only a client that wants to hold a connection needs longer. */
const headersTimeoutMs = 20_000;

/** The drain (DrainService) is over when the server closes, so what is still open is stuck, or a reply just under way. */
const closeGraceMs = 250;

/**
 * Makes Fastify as this service needs it. A connection that is slow to send its request is cut (REQUEST_TIMEOUT_SECS); one that
 * waits for its answer is not, since streams are long and silent at times.
 */
export function createHttpAdapter(settings: Settings): FastifyAdapter {
  const { requestTimeoutMs } = settings.server;
  const adapter = new FastifyAdapter({
    bodyLimit: settings.limits.bodyBytes,
    requestTimeout: requestTimeoutMs,
    // The gate refuses them, with this service's own error and log line; Fastify's answer would pass by both.
    return503OnClosing: false,
    http: {
      headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
      connectionsCheckingInterval: Math.min(5_000, requestTimeoutMs),
    },
    genReqId: requestIdOf,
    frameworkErrors: refuseUrl,
    clientErrorHandler: refuseConnection,
  });
  const server = adapter.getInstance();
  server.server.maxConnections = settings.load.connections;
  server.addHook('preClose', (done) => {
    setTimeout(() => {
      server.server.closeAllConnections();
    }, closeGraceMs).unref();
    done();
  });
  return adapter;
}

/** Refuses a URL that the router cannot read; no hook and no filter sees such a request. */
function refuseUrl(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = envelope(error.statusCode ?? 400, 'The request URL is not valid.');
  void reply.header('x-request-id', request.id).status(status).type('application/json').send(body);
}

/** Refuses what is no HTTP request, too large in its headers, or too slow. There is no reply object, so the socket gets text. */
function refuseConnection(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = connectionEnvelope(error.code);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function connectionEnvelope(code: string): { status: number; body: string } {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return envelope(408, 'The request took too long to arrive (REQUEST_TIMEOUT_SECS).');
    case 'HPE_HEADER_OVERFLOW':
      return envelope(431, 'The request headers are too large.');
    default:
      return envelope(400, 'The request is not valid HTTP.');
  }
}

function envelope(status: number, message: string): { status: number; body: string } {
  return { status, body: JSON.stringify(httpError(status, message).toBody()) };
}
