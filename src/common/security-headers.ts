import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * Helmet sends these where nothing is a page, so that nothing may be loaded or framed. TLS, and with it HSTS, is for what stands
 * in front. They are written out, since helmet puts the same headers together anew for every request: a fifth of the CPU time of
 * a small one (docs/performance.md).
 */
const securityHeaders: OutgoingHttpHeaders = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

export function addSecurityHeaders(server: FastifyInstance): void {
  server.addHook('onSend', (_request, reply, payload, done) => {
    for (const [name, value] of Object.entries(securityHeaders))
      if (!reply.hasHeader(name)) void reply.header(name, value);
    done(null, payload);
  });
}

/**
 * Gives the proxy's own headers of a reply, which win over those of a backend. Replies that are written past Fastify
 * (`reply.hijack()`), for which it calls no `onSend`, are given them here: one by one they cost a small request more.
 */
export function ownHeaders(reply: FastifyReply): OutgoingHttpHeaders {
  return { ...securityHeaders, ...(reply.getHeaders() as OutgoingHttpHeaders) };
}
