import type { FastifyRequest } from 'fastify';

/** These routes begin a call of the backend. */
const modelRoutes = new Set([
  '/v1/responses',
  '/v1/responses/compact',
  '/v1/memories/trace_summarize',
  '/v1/chat/completions',
]);

/**
 * Tells whether the request is for the API, and not for health or metrics. It goes by the registered pattern, never by the
 * client's spelling: the router also takes `/%76%31/responses`.
 */
export function isApiRoute(request: FastifyRequest): boolean {
  const url = request.routeOptions.url ?? '';
  return url.startsWith('/v1/') || url === '/usage';
}

/** Tells whether the body is a form with a file, which is read as it comes in and never whole. */
export function isUpload(request: FastifyRequest): boolean {
  const isForm = /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
  return isForm && request.method === 'POST' && request.routeOptions.url === '/v1/files';
}

/**
 * Tells whether the request counts for its caller's limits: all that may put a model to work, and not what reads, deletes or ends
 * what is there.
 */
export function countsForCaller(request: FastifyRequest): boolean {
  const url = request.routeOptions.url ?? '';
  return (
    request.method === 'POST' &&
    url.startsWith('/v1/') &&
    !url.startsWith('/v1/conversations') &&
    !url.startsWith('/v1/files') &&
    !url.endsWith('/cancel')
  );
}

/** Tells whether the request will ask for a place among the running calls. */
export function callsModel(request: FastifyRequest): boolean {
  return request.method === 'POST' && modelRoutes.has(request.routeOptions.url ?? '');
}
