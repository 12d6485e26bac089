import { Controller, Get, Header, Param, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { apiError } from '../common/api-error.js';
import { scrubSecrets } from '../logging/scrub-secrets.js';
import { InspectorGuard } from './access/inspector.guard.js';
import { LiveFeed } from './live-feed.service.js';
import type { RecordedRequest } from './recording/recorded-request.js';
import { RequestRing } from './recording/request-ring.js';
import type { ListAnswer, PrefixAnswer } from './views/contract.js';
import { detailOf } from './views/detail.js';
import { fixtureName, fixtureOf } from './views/fixture.js';
import { prefixTurns } from './views/prefix.js';
import { summaryOf } from './views/summary.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Gives the page its data. Whatever looks like a key is masked on the way out. */
@Controller('inspector/api')
@UseGuards(InspectorGuard)
export class InspectorController {
  constructor(
    private readonly ring: RequestRing,
    private readonly feed: LiveFeed,
  ) {}

  @Get('requests')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  list(): string {
    const answer: ListAnswer = { requests: this.ring.list().map(summaryOf) };
    return scrubSecrets(JSON.stringify(answer));
  }

  @Get('requests/:id')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  detail(@Param('id') id: string): string {
    return scrubSecrets(JSON.stringify(detailOf(this.find(id))));
  }

  @Get('requests/:id/prefix')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  prefix(@Param('id') id: string): string {
    const answer: PrefixAnswer = { turns: prefixTurns(this.find(id), this.ring.list()) };
    return scrubSecrets(JSON.stringify(answer));
  }

  @Get('requests/:id/fixture')
  @Header('content-type', 'application/x-ndjson; charset=utf-8')
  @Header('cache-control', 'no-store')
  fixture(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    const request = this.find(id);
    const name = fixtureName(request);
    void reply.header('content-disposition', `attachment; filename="${name}"`);
    return fixtureOf(request);
  }

  @Get('live')
  live(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.feed.follow(request, reply);
  }

  private find(id: string): RecordedRequest {
    const request = this.ring.get(id);
    if (request === undefined)
      throw apiError('not_found', 'This request is not kept any more: newer ones took its place.');
    return request;
  }
}
