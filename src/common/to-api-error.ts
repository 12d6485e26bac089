import { HttpException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from './api-error.js';
import {
  httpError,
  internalError,
  methodNotAllowed,
  payloadTooLarge,
  unknownUrl,
} from './error-table.js';

const methods = ['GET', 'POST', 'DELETE'] as const;

/** Brings whatever was thrown into the one table: ours, Nest's, Fastify's and its plugins' errors, and bugs. */
export function toApiError(exception: unknown, request: FastifyRequest): ApiError {
  if (exception instanceof ApiError) return exception;
  const status = statusOf(exception);
  if (status === undefined || status === 500) return internalError(exception);
  if (status === 404 && request.is404) return unknownRoute(request);
  if (status === 413) return payloadTooLarge(tooLargeMessage(request));
  return httpError(status, (exception as Error).message, exception);
}

/** Lists the methods that the request's path has, when its own method is not one of them. */
export function allowedMethods(request: FastifyRequest): string[] {
  const url = pathOf(request.url);
  return methods.filter((method) => request.server.hasRoute({ method, url }));
}

function tooLargeMessage(request: FastifyRequest): string {
  const limit = request.server.initialConfig.bodyLimit;
  return `The request body is larger than ${limit ?? 'allowed'} bytes (MAX_BODY_BYTES).`;
}

function unknownRoute(request: FastifyRequest): ApiError {
  const allowed = allowedMethods(request);
  return allowed.length > 0
    ? methodNotAllowed(request.method, allowed)
    : unknownUrl(request.method, pathOf(request.url).slice(0, 200));
}

/** Nest's exceptions say it by a method, errors of Fastify's plugins by a property. */
function statusOf(exception: unknown): number | undefined {
  if (exception instanceof HttpException) return exception.getStatus();
  if (!(exception instanceof Error)) return undefined;
  const { statusCode } = exception as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600
    ? statusCode
    : undefined;
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
