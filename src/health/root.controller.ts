import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { checksKeys } from '../common/api-key.js';
import { asRecord, nonEmptyText, parseJson } from '../common/json.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { BackendProbe } from './backend-probe.service.js';

const NAME = 'responses-proxy';
const VERSION = readVersion();
const WHAT = 'The OpenAI Responses API in front of a Chat Completions backend.';

/** Shows somebody who opens the address in a browser or with curl what this is, and how a client is set up. */
@Controller()
export class RootController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly probe: BackendProbe,
  ) {}

  @Get()
  async describe(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const baseUrl = `${request.protocol}://${request.host}/v1`;
    const backend = (await this.probe.isReachable()) ? 'answers' : 'does not answer';
    const key = checksKeys(this.settings.access) ? 'a key of this service' : "the backend's key";
    if (!/\btext\/html\b/.test(request.headers.accept ?? '')) {
      await reply.send({
        name: NAME,
        version: VERSION,
        description: WHAT,
        base_url: baseUrl,
        api_key: key,
        backend,
        endpoints: ['/v1/responses', '/v1/chat/completions', '/v1/models', '/health'],
      });
      return;
    }
    await reply.type('text/html; charset=utf-8').send(page(baseUrl, key, backend));
  }
}

/** Reads the version of the package that this file is part of. */
function readVersion(): string {
  try {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    return nonEmptyText(asRecord(parseJson(text))?.version) ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

function page(baseUrl: string, key: string, backend: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${NAME}</title>
<h1>${NAME} ${escaped(VERSION)}</h1>
<p>${WHAT}</p>
<p>Base URL for clients: <code>${escaped(baseUrl)}</code>. API key: ${escaped(key)}. The backend ${backend}.</p>
<pre>curl ${escaped(baseUrl)}/responses -H "authorization: Bearer $API_KEY" \\
  -H "content-type: application/json" -d '{"model":"MODEL","input":"Say hello"}'</pre>
<p><a href="/v1/models">Models</a>, <a href="/health">health</a>.</p>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
