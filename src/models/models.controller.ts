import { parseJson } from '../common/json.js';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { modelNotFound } from '../common/error-table.js';
import { callerOf } from '../responses/backend/calls/backend-calls.js';
import { MergedModels } from './merged-models.service.js';
import { Backends } from '../responses/backend/routes/backends.service.js';
import { endToEndHeaders } from '../responses/backend/wire/backend-headers.js';
import type { BackendReply } from '../responses/backend/wire/backend-http.js';
import { CodexCatalogService } from './codex/codex-catalog.service.js';
import { maxModelListBytes } from '../responses/backend/models/model-catalog.js';
import { ownHeaders } from '../common/security-headers.js';

/**
 * Serves the backend's models, in its own JSON. A list that the backend gives to anyone is answered from the catalogue; with
 * `cache-control: no-cache`, a query, or while the list is unknown or old, the client's own call goes through. A caller that has
 * some models alone gets those of the list, in our JSON.
 */
@Controller('v1/models')
export class ModelsController {
  constructor(
    private readonly codex: CodexCatalogService,
    private readonly merged: MergedModels,
    private readonly backends: Backends,
  ) {}

  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (queryOf(request).has('client_version')) {
      await this.sendCatalog(request, reply);
      return;
    }
    if (this.isMerged(request)) {
      await sendJson(reply, await this.merged.list(request));
      return;
    }
    const own =
      request.url.includes('?') || /no-cache/i.test(request.headers['cache-control'] ?? '');
    const cached = own ? undefined : this.backends.main.catalog.freshList();
    await send(reply, cached ?? (await this.passThrough(request)));
  }

  /** Serves one model. Its id may contain slashes, written plainly or as %2F; to the backend an id is one path segment. */
  @Get('*')
  async retrieve(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const [path = ''] = request.url.split('?');
    const id = readModelId(path.slice(path.indexOf('/v1/models') + '/v1/models/'.length));
    if (this.isMerged(request)) {
      await sendJson(reply, await this.merged.retrieve(request, id));
      return;
    }
    const answer = await this.passThrough(request, id);
    // Many engines have the list alone.
    const listed =
      answer.status === 404 || answer.status === 405
        ? this.backends.main.catalog.listed(id)
        : undefined;
    if (listed === undefined) await send(reply, answer);
    else await sendJson(reply, listed);
  }

  /** Serves Codex, which asks with its version. A list that cannot be had is no obstacle where profiles name models. */
  private async sendCatalog(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.isMerged(request)) {
      const list = await this.merged.list(request);
      await sendJson(reply, this.codex.catalog(list, request.identity?.models));
      return;
    }
    const answer = this.backends.main.catalog.freshList() ?? (await this.passThrough(request));
    const listing = this.codex.catalog(
      answer.status === 200 ? parseJson(answer.body.toString('utf8')) : undefined,
    );
    if (answer.status !== 200 && listing.models.length === 0) await send(reply, answer);
    else await sendJson(reply, listing);
  }

  /** The list is then no backend's own. */
  private isMerged({ identity }: FastifyRequest): boolean {
    return this.backends.areSeveral || identity?.models !== undefined;
  }

  private async passThrough(request: FastifyRequest, id?: string): Promise<BackendReply> {
    const { calls, http, settings } = this.backends.main;
    const query = queryOf(request);
    // The parameter is meant for this proxy; strict backends refuse what they do not know.
    query.delete('client_version');
    const call = calls.models(callerOf(request, settings), id, query);
    const answer = this.withoutKey(await http.fetch(call, maxModelListBytes));
    const isList = id === undefined && answer.status === 200;
    if (isList && request.identity?.backendKey !== undefined)
      this.backends.main.catalog.learn(answer.body);
    return answer;
  }

  private withoutKey(answer: BackendReply): BackendReply {
    const eraser = this.backends.main.calls.secrets.newEraser();
    if (eraser === undefined) return answer;
    return {
      ...answer,
      headers: eraser.headers(answer.headers),
      body: eraser.replace(answer.body),
    };
  }
}

/** Refuses a name that climbs (`..`, also encoded once or twice): it would reach any path of the backend with the operator's key. */
function readModelId(path: string): string {
  const id = decoded(path);
  const climbs = [id, decoded(id)].some((name) => /(?:^|[\\/])\.{1,2}(?:[\\/]|$)/.test(name));
  if (id === '' || climbs) throw modelNotFound('The model does not exist.');
  return id;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Sends the reply; the proxy's own headers win, as its security headers. The body was decoded on the way, so its length and encoding are no longer those of the backend's headers. */
async function send(reply: FastifyReply, { status, headers, body }: BackendReply): Promise<void> {
  const kept = endToEndHeaders({
    ...headers,
    'content-length': undefined,
    'content-encoding': undefined,
  });
  await reply
    .status(status)
    .headers({ ...kept, ...ownHeaders(reply) })
    .send(body);
}

async function sendJson(reply: FastifyReply, body: unknown): Promise<void> {
  await reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}

function queryOf({ url }: FastifyRequest): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
}
